package dev.weir.access.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.access.AssumableRole;
import dev.weir.access.Principal;
import dev.weir.access.oidc.OidcIssuer;
import dev.weir.fake.MovableClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentitiesDocumentTest {
    private static final String WHOLE = """
            {"awsAccounts": ["111122223333"],
             "oidcIssuers": [
               {"alias": "github", "issuer": "https://token.actions.githubusercontent.com"},
               {"alias": "prod-cluster", "issuer": "https://oidc.eks.eu-central-1.amazonaws.com/id/ABC",
                "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}}],
             "roles": [
               {"roleName": "ci", "maxSessionDuration": 43200, "assumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Principal": {"Federated": "token.actions.githubusercontent.com"},
                   "Action": "sts:AssumeRoleWithWebIdentity",
                   "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}}},
                  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/builder"},
                   "Action": "sts:AssumeRoleWithWebIdentity"}]}}]}
            """;

    private static final Principal JOB = new Principal(
            "oidc:github:repo:acme/app",
            Map.of(
                    "aws:FederatedProvider", List.of("token.actions.githubusercontent.com"),
                    "token.actions.githubusercontent.com:sub", List.of("repo:acme/app"),
                    "oidc:repository", List.of("acme/app")));

    private static Optional<AssumableRole> assume(String role, Principal identity) {
        return new TrustedRoles(() -> IdentitiesDocument.parse(WHOLE), "aws", "444455556666", new MovableClock())
                .find(role, identity);
    }

    @Test
    void readsAccountsIssuersAndRoles() {
        Identities identities = IdentitiesDocument.parse(WHOLE);
        assertThat(identities.awsAccounts()).isEqualTo(Set.of("111122223333"));
        assertThat(identities.issuers())
                .hasSize(2)
                .contains(new OidcIssuer(
                        "github", URI.create("https://token.actions.githubusercontent.com"), Optional.empty()));
        assertThat(identities.issuers().get(1).jwks()).isPresent();
        assertThat(identities.roles()).containsOnlyKeys("ci");
        assertThat(IdentitiesDocument.parse("{}")).isEqualTo(Identities.NONE);
    }

    @Test
    void aRoleIsOpenToWhomItsTrustPolicyNames() {
        AssumableRole role = assume("ci", JOB).orElseThrow();
        assertThat(role.longestSession()).isEqualTo(Duration.ofHours(12));
        assertThat(role.principal().name()).isEqualTo("arn:aws:iam::444455556666:role/weir/ci");
        assertThat(role.principal().keys())
                .containsEntry("aws:PrincipalArn", List.of("arn:aws:iam::444455556666:role/weir/ci"))
                .containsEntry("aws:PrincipalAccount", List.of("444455556666"))
                .containsEntry("oidc:repository", List.of("acme/app"));
        assertThat(assume("ci", new Principal("arn:aws:iam::111122223333:role/builder", Map.of())))
                .isPresent();
    }

    @Test
    void aRoleIsClosedToAllOthers() {
        assertThat(assume("admin", JOB)).isEmpty();
        assertThat(assume("ci", Principal.user("alice"))).isEmpty();
        assertThat(assume("ci", Principal.ANONYMOUS)).isEmpty();
        assertThat(assume("ci", new Principal("arn:aws:iam::111122223333:role/other", Map.of())))
                .isEmpty();
        assertThat(assume(
                        "ci",
                        new Principal(
                                "oidc:github:repo:evil/app",
                                Map.of(
                                        "aws:FederatedProvider", List.of("token.actions.githubusercontent.com"),
                                        "token.actions.githubusercontent.com:sub", List.of("repo:evil/app")))))
                .isEmpty();
        assertThat(assume(
                        "ci",
                        new Principal(
                                "oidc:other:repo:acme/app",
                                Map.of(
                                        "aws:FederatedProvider", List.of("evil.example"),
                                        "evil.example:sub", List.of("repo:acme/app")))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no json | is not JSON",
                "[] | has '[]': allowed is an object",
                "{'accounts':[]} | has accounts '[]': allowed is one of the names awsAccounts, oidcIssuers, roles",
                "{'awsAccounts':'111122223333'} | has awsAccounts '111122223333': allowed is a list of at most 100",
                "{'awsAccounts':[111122223333]} | has awsAccounts[0] '111122223333': allowed is an account's twelve digits, in quotes",
                "{'awsAccounts':['1']} | has awsAccounts[0] '1'",
                "{'oidcIssuers':[{'alias':'A B','issuer':'https://a.b'}]} | has oidcIssuers[0].alias 'A B': allowed is 1 to 32 small",
                "{'oidcIssuers':[{'issuer':'https://a.b'}]} | has oidcIssuers[0].alias 'nothing'",
                "{'oidcIssuers':[{'alias':'a','issuer':'http://a.b'}]} | has oidcIssuers[0].issuer 'http://a.b': allowed is an https URL",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://u@a.b'}]} | has oidcIssuers[0].issuer",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://a.b?x'}]} | has oidcIssuers[0].issuer",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://a.b'},{'alias':'a','issuer':'https://a.c'}]} | has oidcIssuers[1].alias 'a'",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://a.b'},{'alias':'b','issuer':'https://a.b'}]} | has oidcIssuers[1].issuer",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://a.b','jwks':{}}]} | has oidcIssuers[0].jwks '{}': allowed is a JSON Web Key Set",
                "{'oidcIssuers':[{'alias':'a','issuer':'https://a.b','audience':'x'}]} | has oidcIssuers[0].audience 'x': allowed is one of the names alias, issuer, jwks",
                "{'roles':[{'roleName':'a/b'}]} | has roles[0].roleName 'a/b'",
                "{'roles':[{'roleName':'ci'}]} | has roles[0].assumeRolePolicyDocument 'nothing': allowed is a trust policy",
                "{'roles':[{'roleName':'ci','maxSessionDuration':60,'assumeRolePolicyDocument':{}}]} | has roles[0].maxSessionDuration '60': allowed is a whole number from 900 to 43200",
                "{'roles':[{'roleName':'ci','assumeRolePolicyDocument':{'Version':'2012-10-17','Statement':[{'Effect':'Perhaps'}]}}]} | has roles[0].assumeRolePolicyDocument, in which $.Statement[0]",
            })
    void whatIsWrongIsNamedByPathAndValue(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdentitiesDocument.parse(json.replace('\'', '"')))
                .withMessageContaining(message);
    }
}
