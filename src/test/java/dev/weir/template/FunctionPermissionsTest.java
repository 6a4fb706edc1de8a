package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each function may touch, written down once; the template grants this, no more and no less. */
class FunctionPermissionsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/1234";

    private static final Set<String> TABLE = Set.of(
            "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem");
    private static final Set<String> OBJECTS = Set.of("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload");
    /** A fill that goes on looks for the parts that it left. */
    private static final Set<String> OBJECTS_AND_PARTS =
            Set.of("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts");

    private static final Set<String> BUCKET = Set.of("s3:ListBucket");
    private static final Set<String> LOGS = Set.of("logs:CreateLogStream", "logs:PutLogEvents");
    private static final Set<String> TOKENS =
            Set.of("ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken");
    private static final String REPOSITORIES = "arn:aws:ecr:*:444455556666:repository/*";
    private static final String ROLE = "arn:aws:iam::444455556666:role/weir-pull";
    /** The only actions without a resource that every stack needs. */
    private static final Set<String> TRACES = Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords");

    private static final String UPSTREAM_SECRETS =
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/*";
    private static final String PULL_SECRETS = "arn:aws:secretsmanager:us-east-1:111122223333:secret:weir/pull/*";
    private static final String IDENTITIES_SECRET =
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:weir/identities-??????";
    private static final String USERS_SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:weir/users-??????";

    /** Function → resource → actions. */
    private static final Map<String, Map<String, Set<String>>> MAY_TOUCH = Map.of(
            "Registry",
            Map.of(
                    "<Table.Arn>",
                    TABLE,
                    "<Bucket.Arn>/*",
                    OBJECTS,
                    "<Bucket.Arn>",
                    BUCKET,
                    "<EventBus.Arn>",
                    Set.of("events:PutEvents"),
                    UPSTREAM_SECRETS,
                    Set.of("secretsmanager:GetSecretValue"),
                    "<SigningKeys>",
                    Set.of("secretsmanager:GetSecretValue"),
                    "<RegistryLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES),
            "Wait",
            Map.of(
                    "<Table.Arn>",
                    Set.of("dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem"),
                    "<Bucket.Arn>/*",
                    Set.of("s3:GetObject"),
                    "<Bucket.Arn>",
                    BUCKET,
                    "<EventBus.Arn>",
                    Set.of("events:PutEvents"),
                    "<WaitLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES),
            "Control",
            Map.ofEntries(
                    Map.entry("<Table.Arn>", TABLE),
                    Map.entry("<Bucket.Arn>/*", OBJECTS),
                    Map.entry("<Bucket.Arn>", BUCKET),
                    Map.entry("<EventBus.Arn>", Set.of("events:PutEvents")),
                    Map.entry(UPSTREAM_SECRETS, Set.of("secretsmanager:GetSecretValue")),
                    Map.entry("<ControlKeys>", Set.of("secretsmanager:GetSecretValue")),
                    Map.entry(IDENTITIES_SECRET, Set.of("secretsmanager:GetSecretValue")),
                    Map.entry("<SigningKeys>", Set.of("secretsmanager:GetSecretValue")),
                    Map.entry("<ControlLogs.Arn>", LOGS),
                    Map.entry("*", TRACES)),
            "Authorizer",
            Map.of(
                    IDENTITIES_SECRET,
                    Set.of("secretsmanager:GetSecretValue"),
                    USERS_SECRET,
                    Set.of("secretsmanager:GetSecretValue"),
                    "<SigningKeys>",
                    Set.of("secretsmanager:GetSecretValue"),
                    "<AuthorizerLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES),
            "Fill",
            Map.of(
                    "<Table.Arn>",
                    TABLE,
                    "<Bucket.Arn>/*",
                    OBJECTS_AND_PARTS,
                    "<Bucket.Arn>",
                    BUCKET,
                    "<EventBus.Arn>",
                    Set.of("events:PutEvents"),
                    UPSTREAM_SECRETS,
                    Set.of("secretsmanager:GetSecretValue"),
                    "<FillFailures.Arn>",
                    Set.of("sqs:SendMessage"),
                    "<FillLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES),
            "PullSecrets",
            Map.of(
                    "<SigningKeys>",
                    Set.of("secretsmanager:GetSecretValue"),
                    PULL_SECRETS,
                    Set.of("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue"),
                    "<PullSecretsLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES),
            "Refresh",
            Map.of(
                    "<Table.Arn>",
                    TABLE,
                    "<Table.Arn>/index/due",
                    Set.of("dynamodb:Query"),
                    "<Bucket.Arn>/*",
                    OBJECTS_AND_PARTS,
                    "<Bucket.Arn>",
                    BUCKET,
                    "<EventBus.Arn>",
                    Set.of("events:PutEvents"),
                    UPSTREAM_SECRETS,
                    Set.of("secretsmanager:GetSecretValue"),
                    "<RefreshFailures.Arn>",
                    Set.of("sqs:SendMessage"),
                    "<RefreshLogs.Arn>",
                    LOGS,
                    "*",
                    TRACES));

    private final Template template = Template.load();

    /** Every function. */
    private static List<String> functions() {
        return List.of("Registry", "Wait", "Control", "Authorizer", "Fill", "Refresh", "PullSecrets");
    }

    @Test
    void everyFunctionHasARowInTheTable() {
        assertThat(template.resourcesOfType("AWS::Serverless::Function"))
                .containsExactlyInAnyOrderElementsOf(MAY_TOUCH.keySet().stream()
                        .map(name -> name + "Function")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("functions")
    void functionMayTouchWhatTheTableSaysAndNothingElse(String name) {
        assertThat(template.properties(name + "Function").path("Role").asText()).isEqualTo("<" + name + "Role.Arn>");
        assertThat(Grants.of(template, name + "Function").actions()).isEqualTo(mayTouch(name));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void ownKeyOpensOnlyThatKeyAndOnlyThroughAnotherService(String name) {
        Template withKey = template.with("KmsKeyArn", KEY);
        Set<String> expected = name.equals("Authorizer") || name.equals("Wait")
                ? Set.of("kms:Decrypt")
                : Set.of("kms:Decrypt", "kms:GenerateDataKey");

        assertThat(Grants.of(withKey, name + "Function").actions())
                .containsEntry(KEY, expected)
                .hasSize(mayTouch(name).size() + 1);
        assertThatKeyIsUsedThroughOtherServicesOnly(withKey, name);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void formerKeyOnlyDecryptsAndOnlyThroughAnotherService(String name) {
        Template former = template.with("FormerKmsKeyArns", KEY);

        assertThat(Grants.of(former, name + "Function").actions())
                .containsEntry(KEY, Set.of("kms:Decrypt"))
                .hasSize(mayTouch(name).size() + 1);
        assertThatKeyIsUsedThroughOtherServicesOnly(former, name);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void registriesOfAwsAreOpenToTheDialersAloneAndAsFarAsTheOperatorSays(String name) {
        Map<String, Set<String>> allowed = Grants.of(
                        template.with("UpstreamEcrRepositoryArns", REPOSITORIES)
                                .with("UpstreamRoleArns", ROLE)
                                .with("EcrPublicToken", "on"),
                        name + "Function")
                .actions();
        boolean dials = !Set.of("Authorizer", "Wait", "PullSecrets").contains(name);

        assertThat(allowed.get(REPOSITORIES))
                .isEqualTo(dials ? Set.of("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer") : null);
        assertThat(allowed.get(ROLE)).isEqualTo(dials ? Set.of("sts:AssumeRole") : null);
        Set<String> everywhere = new TreeSet<>(allowed.getOrDefault("*", Set.of()));
        everywhere.removeAll(TRACES);
        assertThat(everywhere).isEqualTo(dials ? TOKENS : Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        "UpstreamEcrRepositoryArns, arn:aws:ecr:*:111122223333:repository/*, EcrToken PullFromEcr",
        "UpstreamRoleArns, arn:aws:iam::444455556666:role/weir-pull, RolesOfRules",
        "EcrPublicToken, on, EcrPublicToken EcrPublicBearerToken",
    })
    void eachWayToRegistriesOfAwsIsOpenedByItsOwnParameter(String parameter, String value, String sids) {
        Set<String> found = new TreeSet<>();
        Template chosen = template.with(parameter, value);
        chosen.properties("UpstreamRegistriesPolicy")
                .at("/PolicyDocument/Statement")
                .forEach(statement -> found.add(statement.path("Sid").asText()));

        assertThat(chosen.isThere("UpstreamRegistriesPolicy")).isTrue();
        assertThat(template.isThere("UpstreamRegistriesPolicy")).isFalse();
        assertThat(found).containsExactlyInAnyOrder(sids.split(" ", -1));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void nothingIsTracedWithoutTracing(String name) {
        Template untraced = template.with("Tracing", "off");

        assertThat(Grants.of(untraced, name + "Function").actions())
                .doesNotContainKey("*")
                .hasSize(mayTouch(name).size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Registry", "Control", "Fill", "Refresh"})
    void inAVpcLambdaMayMakeNetworkInterfacesAndTheCodeMayNot(String name) {
        Template inVpc = template.with("SubnetIds", "subnet-0a1b2c3d");
        JsonNode statements = inVpc.properties("NetworkInterfacesPolicy").at("/PolicyDocument/Statement");

        assertThat(inVpc.properties(name + "Role").at("/ManagedPolicyArns/0").asText())
                .isEqualTo("<NetworkInterfacesPolicy>");
        assertThat(statements.get(0).path("Effect").asText()).isEqualTo("Allow");
        assertThat(statements.get(1).path("Effect").asText()).isEqualTo("Deny");
        assertThat(statements.get(1).path("Action")).isEqualTo(statements.get(0).path("Action"));
        assertThat(statements
                        .at("/1/Condition/ArnLike/lambda:SourceFunctionArn")
                        .asText())
                .isEqualTo("arn:aws:lambda:us-east-1:111122223333:function:*");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyStatementIsNamedAndOnlyTracesHaveNoResource(String name) {
        Set<String> names = new TreeSet<>();
        for (JsonNode statement : Grants.statements(template, name + "Function")) {
            assertThat(names.add(statement.path("Sid").asText()))
                    .as("Sid of %s", statement)
                    .isTrue();
            assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
            assertThat(Grants.actions(statement)).noneMatch(action -> action.contains("*"));
            if (statement.path("Resource").asText().equals("*")) {
                assertThat(Grants.actions(statement)).isSubsetOf(TRACES);
            }
        }
        assertThat(names).doesNotContain("");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void roleIsAssumedByLambdaAloneAndHoldsNoManagedPolicy(String name) {
        JsonNode role = template.properties(name + "Role");

        assertThat(role.at("/AssumeRolePolicyDocument/Statement")).hasSize(1);
        assertThat(role.at("/AssumeRolePolicyDocument/Statement/0/Principal/Service")
                        .asText())
                .isEqualTo("lambda.amazonaws.com");
        assertThat(role.has("ManagedPolicyArns")).isFalse();
    }

    private static void assertThatKeyIsUsedThroughOtherServicesOnly(Template template, String name) {
        for (JsonNode statement : Grants.statements(template, name + "Function")) {
            if (statement.path("Resource").asText().equals(KEY)) {
                assertThat(statement
                                .at("/Condition/StringEquals/kms:ViaService")
                                .toString())
                        .contains(name.equals("Wait") ? "dynamodb" : "secretsmanager")
                        .contains(".us-east-1.amazonaws.com");
            }
        }
    }

    private static Map<String, Set<String>> mayTouch(String name) {
        return MAY_TOUCH.getOrDefault(name, Map.of());
    }
}
