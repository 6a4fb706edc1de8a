package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Caller;
import dev.weir.access.ClientAddress;
import dev.weir.access.Principal;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicySet;
import dev.weir.gate.OperationGate;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationAccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RegistryIdentity IDENTITY =
            new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.UTC);
    private static final RuleSet RULES = RuleSet.of(PullThroughCacheRule.of(
            RepositoryPrefix.parse("docker-hub"), UpstreamUrl.parse("registry-1.docker.io", InsecureUpstreams.NONE)));
    private static final String CI = "arn:aws:iam::111122223333:role/weir/ci";

    /** Operations that everybody who is let in may call, as the default policy says. */
    private static final Set<String> OF_A_PULL =
            Set.of("GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer", "ListImages", "DescribeImages");

    /** Whoever may call these may give himself more. */
    private static final Set<String> ONLY_BY_NAME = Set.of(
            "PutRegistryPolicy",
            "DeleteRegistryPolicy",
            "SetRepositoryPolicy",
            "DeleteRepositoryPolicy",
            "CreatePullThroughCacheRule",
            "UpdatePullThroughCacheRule",
            "DeletePullThroughCacheRule",
            "ValidatePullThroughCacheRule",
            "CreateRepositoryCreationTemplate",
            "UpdateRepositoryCreationTemplate",
            "DeleteRepositoryCreationTemplate",
            "CreateRepository",
            "DeleteRepository",
            "PutImageTagMutability",
            "TagResource",
            "UntagResource",
            "PutRegistryScanningConfiguration");

    private PolicySet policies = PolicySet.NONE;

    private final OperationAccess access =
            new OperationAccess(new OperationGate(() -> policies, CLOCK), new OperationTargets(() -> RULES, IDENTITY));

    private static PolicyDocument document(String statements) {
        return PolicyDocument.parse(
                "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements.replace('\'', '"') + "]}");
    }

    private void registryPolicy(String statements) {
        policies =
                new PolicySet(Optional.of(document(statements).labelled("registry policy")), policies.repositories());
    }

    private static Caller caller(Caller.Role role) {
        return role == Caller.Role.DERIVED
                ? new Caller(new Principal(CI, Map.of()).from(ClientAddress.of("192.0.2.1")), role)
                : new Caller(Principal.key("k"), role);
    }

    private static EcrCall call(String operation, String input, Caller.Role role) {
        try {
            return new EcrCall(operation, (ObjectNode) JSON.readTree(input.replace('\'', '"')), caller(role));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private boolean mayCall(String operation, Caller.Role role) {
        try {
            access.require(call(operation, "{}", role));
            return true;
        } catch (EcrException e) {
            assertThat(e.code()).isEqualTo(EcrException.Code.ACCESS_DENIED);
            return false;
        }
    }

    /** Of all operations that ECR's model has, those that Weir doesn't answer included. */
    private Set<String> callable(Caller.Role role) {
        Set<String> callable = new TreeSet<>();
        operations().forEach(operation -> {
            if (mayCall(operation, role)) {
                callable.add(operation);
            }
        });
        return callable;
    }

    private static Set<String> operations() {
        try (InputStream in = EcrModel.class.getResourceAsStream("ecr-model.json")) {
            JsonNode operations = JSON.readTree(in).path("operations");
            Set<String> names = new TreeSet<>();
            operations.fieldNames().forEachRemaining(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aKeyOfRoleAdminMayDoEverythingWhateverThePoliciesSay() {
        registryPolicy("{'Effect':'Deny','Principal':'*','Action':'*'}");
        assertThat(callable(Caller.Role.ADMIN)).isEqualTo(operations());
    }

    @Test
    void aKeyOfRoleReadLooksAtEverythingAndChangesNothing() {
        assertThat(callable(Caller.Role.READ))
                .contains("DescribeImages", "ListTagsForResource", "GetRegistryPolicy", "BatchGetImage")
                .doesNotContainAnyElementsOf(Set.of("PutImage", "CreateRepository", "BatchDeleteImage"))
                .allMatch(name -> name.matches("(Get|List|Describe|Validate|BatchGetImage|BatchCheck).*"));
    }

    @Test
    void withoutAPolicyADerivedCallerMayDoWhatAPullDoes() {
        assertThat(callable(Caller.Role.DERIVED)).isEqualTo(OF_A_PULL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'Effect':'Allow','Principal':'*','Action':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'ecr:*'}",
                "{'Effect':'Allow','Principal':'*','Action':['ecr:?*','ecr:*Policy','ecr:*Rule','ecr:*Resource']}",
                "{'Effect':'Allow','Principal':'*','NotAction':'ecr:StartImageScan'}",
            })
    void noWildcardLetsACallerGiveHimselfMore(String statement) {
        registryPolicy(statement);

        assertThat(callable(Caller.Role.DERIVED))
                .doesNotContainAnyElementsOf(ONLY_BY_NAME)
                .contains("PutImage", "BatchDeleteImage", "DescribeRepositories", "GetRegistryPolicy")
                .containsAll(OF_A_PULL);
    }

    @Test
    void whatAStatementNamesIsAllowedAndNothingElse() {
        for (String operation : operations()) {
            registryPolicy("{'Effect':'Allow','Principal':'*','Action':'ecr:" + operation + "'}");
            Set<String> expected = new TreeSet<>(List.of("GetAuthorizationToken", operation));
            assertThat(callable(Caller.Role.DERIVED)).as(operation).isEqualTo(expected);
        }
    }

    @Test
    void whatIsDeniedIsDeniedHoweverItIsAllowed() {
        for (String operation : operations()) {
            registryPolicy("{'Effect':'Allow','Principal':'*','Action':['ecr:*','ecr:" + operation
                    + "']},{'Sid':'No','Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:" + operation
                    + "'}");
            assertThat(mayCall(operation, Caller.Role.DERIVED)).as(operation).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                // resource
                "'Action':'ecr:PutImage','Resource':'prod/*' | PutImage | {'repositoryName':'prod/app'} | -",
                "'Action':'ecr:PutImage','Resource':'arn:aws:ecr:eu-west-1:111122223333:repository/prod/*' | PutImage | {'repositoryName':'prod/app'} | -",
                "'Action':'ecr:PutImage','Resource':'prod/*' | PutImage | {'repositoryName':'dev/app'} | ecr:PutImage on resource: arn:aws:ecr:eu-west-1:111122223333:repository/dev/app: no statement allows it",
                "'Action':'ecr:DescribeRepositories','Resource':'prod/*' | DescribeRepositories | {'repositoryNames':['prod/a','dev/a']} | on resource: arn:aws:ecr:eu-west-1:111122223333:repository/dev/a",
                "'Action':'ecr:DescribeRepositories','Resource':'prod/*' | DescribeRepositories | {} | on resource: arn:aws:ecr:eu-west-1:111122223333:repository/*: no statement",
                "'Action':'ecr:DescribeRepositories' | DescribeRepositories | {} | -",
                "'Action':'ecr:DescribePullThroughCacheRules','Resource':'*:pull-through-cache-rule/quay' | DescribePullThroughCacheRules | {'ecrRepositoryPrefixes':['quay']} | -",
                "'Action':'ecr:DescribePullThroughCacheRules','Resource':'*:pull-through-cache-rule/quay' | DescribePullThroughCacheRules | {} | on resource: arn:aws:ecr:eu-west-1:111122223333:pull-through-cache-rule/*",
                "'Action':'ecr:UpdatePullThroughCacheRule','Resource':'*:pull-through-cache-rule/quay' | UpdatePullThroughCacheRule | {'ecrRepositoryPrefix':'quay'} | -",
                "'Action':'ecr:UpdatePullThroughCacheRule','Resource':'*:pull-through-cache-rule/quay' | UpdatePullThroughCacheRule | {'ecrRepositoryPrefix':'docker-hub'} | on resource: arn:aws:ecr:eu-west-1:111122223333:pull-through-cache-rule/docker-hub: no statement allows it, which has to name this action in full",
                "'Action':'ecr:TagResource','Resource':'quay/*' | TagResource | {'resourceArn':'arn:aws:ecr:eu-west-1:111122223333:repository/quay/a'} | -",
                "'Action':'ecr:TagResource','Resource':'quay/*' | TagResource | {'resourceArn':'arn:aws:ecr:eu-west-1:111122223333:pull-through-cache-rule/quay'} | no statement allows it",
                "'Action':'ecr:*' | PutRegistryPolicy | {} | ecr:PutRegistryPolicy on resource: *: no statement allows it, which has to name this action in full",
                // the name that a repository is kept under
                "'Action':'ecr:BatchGetImage','Resource':'docker-hub/library/*' | BatchGetImage | {'repositoryName':'docker-hub/alpine'} | -",
                // tags of a new repository are settings
                "'Action':'ecr:CreateRepository' | CreateRepository | {'repositoryName':'prod/app'} | -",
                "'Action':'ecr:CreateRepository' | CreateRepository | {'repositoryName':'prod/app','tags':[{'Key':'weir:release','Value':'x'}]} | not authorized to perform: ecr:TagResource",
                // conditions
                "'Action':'ecr:PutImage','Condition':{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}} | PutImage | {'repositoryName':'prod/app'} | -",
                "'Action':'ecr:PutImage','Condition':{'IpAddress':{'aws:SourceIp':'198.51.100.0/24'}} | PutImage | {'repositoryName':'prod/app'} | no statement allows it",
                "'Action':'ecr:PutImage','Condition':{'StringEquals':{'weir:Rule':'docker-hub'}} | PutImage | {'repositoryName':'docker-hub/a/b'} | -",
                "'Action':'ecr:PutImage','Condition':{'DateLessThan':{'aws:CurrentTime':'2026-11-25T11:00:00Z'}} | PutImage | {'repositoryName':'prod/app'} | no statement allows it",
                "'Action':'ecr:PutImage','Condition':{'StringLike':{'weir:ImageTag':'dev-*'}} | PutImage | {'repositoryName':'prod/app','imageTag':'dev-1'} | -",
                "'Action':'ecr:PutImage','Condition':{'StringLike':{'weir:ImageTag':'dev-*'}} | PutImage | {'repositoryName':'prod/app','imageTag':'1'} | no statement allows it",
                "'Action':'ecr:PutImage','Condition':{'StringEquals':{'weir:ImageDigest':'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}} | PutImage | {'repositoryName':'prod/app','imageManifest':''} | -",
                "'Action':'ecr:BatchDeleteImage','Condition':{'StringLike':{'weir:ImageTag':'dev-*'}} | BatchDeleteImage | {'repositoryName':'prod/app','imageIds':[{'imageTag':'dev-1'},{'imageTag':'dev-2'}]} | -",
                "'Action':'ecr:BatchDeleteImage','Condition':{'StringLike':{'weir:ImageTag':'dev-*'}} | BatchDeleteImage | {'repositoryName':'prod/app','imageIds':[{'imageTag':'dev-1'},{'imageTag':'1'}]} | no statement allows it",
                "'Action':'ecr:PutImage' | PutImage | {'repositoryName':'UPPER'} | Invalid parameter at 'repositoryName'",
            })
    void aStatementAllowsItsActionOnItsResources(String statement, String operation, String input, String denial) {
        registryPolicy("{'Effect':'Allow','Principal':{'AWS':'" + CI + "'}," + statement + "}");
        EcrCall call = call(operation, input, Caller.Role.DERIVED);

        if (denial == null) {
            assertThatCode(() -> access.require(call)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> access.require(call))
                    .isInstanceOf(EcrException.class)
                    .hasMessageContaining(denial);
        }
    }

    @Test
    void aRepositorysOwnPolicyCountsForItAlone() {
        policies = new PolicySet(
                Optional.empty(),
                Map.of(
                        RepositoryName.parse("prod/app"),
                        document("{'Effect':'Allow','Principal':'*','Action':'ecr:PutImage'}")));
        access.require(call("PutImage", "{'repositoryName':'prod/app'}", Caller.Role.DERIVED));
        assertThatThrownBy(() -> access.require(call("PutImage", "{'repositoryName':'prod/b'}", Caller.Role.DERIVED)))
                .hasMessageContaining("User: " + CI + " is not authorized to perform: ecr:PutImage");
    }

    @Test
    void aDenialNamesTheStatement() {
        registryPolicy("{'Effect':'Allow','Principal':'*','Action':'ecr:*'},"
                + "{'Sid':'ProdIsClosed','Effect':'Deny','Principal':'*','Action':'ecr:PutImage','Resource':'prod/*'}");
        assertThatThrownBy(() -> access.require(call("PutImage", "{'repositoryName':'prod/b'}", Caller.Role.DERIVED)))
                .hasMessage("User: " + CI + " is not authorized to perform: ecr:PutImage on resource:"
                        + " arn:aws:ecr:eu-west-1:111122223333:repository/prod/b: with an explicit deny:"
                        + " statement 'ProdIsClosed' of the registry policy");
    }
}
