package dev.weir.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.Principal;
import dev.weir.access.policy.Decision.Outcome;
import dev.weir.fake.PolicyTexts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyEvaluatorTest {
    private static final String ALPINE = "arn:aws:ecr:eu-west-1:111122223333:repository/docker-hub/library/alpine";

    private static String statement(String effect, String rest) {
        return "{'Effect':'" + effect + "'," + rest + "}";
    }

    private static AccessRequest pull(String principal) {
        return new AccessRequest(new Principal(principal, Map.of()), "ecr:BatchGetImage", ALPINE, Map.of());
    }

    @Test
    void nobodyMayWhatNoStatementAllows() {
        Decision decision = PolicyEvaluator.decide(List.of(), pull("weir:user/ci"));

        assertThat(decision.outcome()).isEqualTo(Outcome.IMPLICIT_DENY);
        assertThat(decision.by()).isEqualTo("no statement allows it");
    }

    @Test
    void aStatementThatDeniesWinsInWhicheverDocumentAndOrder() {
        PolicyDocument allow = PolicyTexts.of(statement("Allow", "'Principal':'*','Action':'ecr:*'"));
        PolicyDocument deny = PolicyTexts.of(
                        statement("Deny", "'Sid':'NotCi','Principal':'weir:user/ci','Action':'ecr:BatchGetImage'"))
                .labelled("registry policy");

        for (List<PolicyDocument> order : List.of(List.of(allow, deny), List.of(deny, allow))) {
            assertThat(PolicyEvaluator.decide(order, pull("weir:user/ci")))
                    .isEqualTo(new Decision(Outcome.EXPLICIT_DENY, "statement 'NotCi' of the registry policy"));
            assertThat(PolicyEvaluator.decide(order, pull("weir:user/dev")).isAllowed())
                    .isTrue();
        }
    }

    @Test
    void aStatementWithoutSidIsNamedByItsPlace() {
        PolicyDocument document = PolicyTexts.of(
                statement("Allow", "'Principal':'weir:user/other','Action':'*'"),
                statement("Allow", "'Principal':'*','Action':'*'"));

        assertThat(PolicyEvaluator.decide(List.of(document), pull("weir:user/ci"))
                        .by())
                .isEqualTo("statement 1 of the policy");
    }

    @ParameterizedTest(name = "{0} means {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'*' | weir:anonymous | true",
                "{'AWS':'*'} | weir:user/ci | true",
                "'weir:user/ci' | weir:user/ci | true",
                "'weir:user/ci' | weir:user/CI | false",
                "['weir:user/a','weir:user/ci'] | weir:user/ci | true",
                "'weir:user/*' | weir:key/ci | false",
                "'oidc:github:repo:acme/*' | oidc:github:repo:acme/app:ref:refs/heads/main | true",
                "{'AWS':'arn:aws:iam::111122223333:role/prod-*'} | arn:aws:iam::111122223333:role/prod-a | true",
                "{'AWS':'arn:aws:iam::111122223333:role/prod-*'} | arn:aws:iam::999922223333:role/prod-a | false",
                "{'AWS':'111122223333'} | arn:aws:iam::111122223333:role/x | true",
                "{'AWS':'arn:aws:iam::111122223333:root'} | arn:aws:iam::111122223333:role/x | true",
                "{'AWS':'111122223333'} | arn:aws:iam::999922223333:role/x | false",
                "{'AWS':'111122223333'} | arn:aws:iam::999922223333:user/:iam::111122223333:/x | false",
                "{'AWS':'arn:aws:iam::111122223333:user/*'} | arn:aws:iam::111122223333:user/a:b/x | true",
                "{'AWS':'arn:aws:iam::*:role/prod-*'} | arn:aws:iam::999922223333:user/a:role/prod-x | false",
                "{'Federated':'idp.example.org'} | oidc:corp:me | true",
                "{'Federated':'other.example.org'} | oidc:corp:me | false",
            })
    void aPrincipalIsMeant(String principal, String caller, boolean meant) {
        PolicyDocument document = PolicyTexts.of(statement("Allow", "'Principal':" + principal + ",'Action':'*'"));
        Map<String, List<String>> keys =
                caller.startsWith("oidc:corp") ? Map.of("aws:FederatedProvider", List.of("idp.example.org")) : Map.of();
        AccessRequest request = new AccessRequest(new Principal(caller, keys), "ecr:BatchGetImage", ALPINE, Map.of());

        assertThat(PolicyEvaluator.decide(List.of(document), request).isAllowed())
                .isEqualTo(meant);
    }

    @ParameterizedTest(name = "{0} means ecr:BatchGetImage: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'Action':'ecr:BatchGetImage' | true",
                "'Action':'ECR:batchgetimage' | true",
                "'Action':['ecr:ListImages','ecr:Batch*'] | true",
                "'Action':'ecr:BatchGet????e' | true",
                "'Action':'ecr:BatchGet' | false",
                "'Action':'*' | true",
                "'NotAction':'ecr:BatchImportUpstreamImage' | true",
                "'NotAction':'ecr:Batch*' | false",
                "'NotAction':['ecr:ListImages','ecr:BatchGetImage'] | false",
            })
    void anActionIsMeant(String action, boolean meant) {
        PolicyDocument document = PolicyTexts.of(statement("Allow", "'Principal':'*'," + action));

        assertThat(PolicyEvaluator.decide(List.of(document), pull("weir:user/ci"))
                        .isAllowed())
                .isEqualTo(meant);
    }

    @ParameterizedTest(name = "{0} means the repository: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'*' | true",
                "'docker-hub/*' | true",
                "'docker-hub' | false",
                "'*alpine' | true",
                "['ghcr/*','docker-hub/library/alpine'] | true",
                "'arn:aws:ecr:eu-west-1:111122223333:repository/docker-hub/*' | true",
                "'arn:aws:ecr:*:*:repository/*' | true",
                "'arn:aws:ecr:eu-west-1:999922223333:repository/*' | false",
                "'arn:aws:ecr:us-east-1:111122223333:repository/*' | false",
            })
    void aResourceIsMeant(String resource, boolean meant) {
        PolicyDocument document =
                PolicyTexts.of(statement("Allow", "'Principal':'*','Action':'*','Resource':" + resource));

        assertThat(PolicyEvaluator.decide(List.of(document), pull("weir:user/ci"))
                        .isAllowed())
                .isEqualTo(meant);
    }

    @Test
    void allConditionsOfAStatementHaveToHold() {
        PolicyDocument document = PolicyTexts.of(statement(
                "Allow",
                "'Principal':'*','Action':'*','Condition':{'Bool':{'weir:Cached':'true'},"
                        + "'StringEquals':{'weir:Rule':['ghcr','docker-hub'],'weir:ImageTag':'3'}}"));
        AccessRequest all = pull("weir:user/ci")
                .with(Map.of(
                        "weir:Cached", List.of("true"),
                        "weir:Rule", List.of("docker-hub"),
                        "weir:ImageTag", List.of("3")));

        assertThat(PolicyEvaluator.decide(List.of(document), all).isAllowed()).isTrue();
        for (String key : List.of("weir:Cached", "weir:Rule", "weir:ImageTag")) {
            assertThat(PolicyEvaluator.decide(List.of(document), all.with(Map.of(key, List.of("other"))))
                            .isAllowed())
                    .isFalse();
        }
    }

    @Test
    void aRequestsOwnKeysStandBeforeThoseOfItsPrincipal() {
        Principal liar = new Principal("oidc:corp:me", Map.of("WEIR:FirstSeenHours", List.of("9999")));
        AccessRequest request =
                new AccessRequest(liar, "ecr:BatchGetImage", ALPINE, Map.of("weir:FirstSeenHours", List.of("1")));

        assertThat(request.values("weir:firstseenhours")).containsExactly("1");
    }
}
