package dev.weir.aws.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.aws.sts.ExternalId;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.fake.FakeAws;
import dev.weir.fake.FakeAws.Call;
import dev.weir.fake.MovableClock;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credential.Reach;
import dev.weir.upstream.CredentialException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** Tokens of ECR, asked for on a real socket with signatures that are checked. */
class EcrCredentialsTest {
    private static final String ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    private static final String ROLE_A = "arn:aws:iam::111122223333:role/pull-a";
    private static final String ROLE_B = "arn:aws:iam::111122223333:role/team/pull-b";

    private final MovableClock clock = new MovableClock();
    private final FakeAws aws = new FakeAws(clock);
    private final EcrCredentials credentials = credentials(Optional.empty());

    @AfterEach
    void stop() {
        aws.close();
    }

    private EcrCredentials credentials(Optional<String> externalId) {
        return new EcrCredentials(
                aws.clients(), new RoleSessions(aws.clients(), externalId.map(ExternalId::parse)), clock);
    }

    private static PullThroughCacheRule rule(String prefix, String upstream, Optional<String> role) {
        return rule(prefix, upstream, Optional.empty(), role);
    }

    private static PullThroughCacheRule rule(
            String prefix, String upstream, Optional<CredentialArn> secret, Optional<String> role) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(prefix),
                UpstreamUrl.parse(upstream, InsecureUpstreams.NONE),
                RepositoryPrefix.ROOT,
                secret,
                role.map(CustomRoleArn::parse),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    private static Credential token(String caller, int n) {
        return new Credential("AWS", FakeAws.password(caller, n), Reach.HOST);
    }

    private static String failure(EcrCredentials credentials, PullThroughCacheRule rule) {
        CredentialException failure = catchThrowableOfType(CredentialException.class, () -> credentials.find(rule));
        assertThat(failure).isNotNull();
        return String.valueOf(failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {ECR, "999999999999.dkr.ecr.ap-south-1.amazonaws.com", "111122223333.dkr-ecr.eu-west-1.on.aws"})
    void aRegistryOfAnyAccountAndRegionIsAskedForInItsRegionAsWeirItself(String upstream) {
        PullThroughCacheRule rule = rule("ecr", upstream, Optional.empty());
        String region = upstream.split("\\.", -1)[upstream.endsWith("on.aws") ? 2 : 3];
        assertThat(credentials.find(rule)).contains(token(FakeAws.OWN_ROLE, 1));
        assertThat(aws.calls)
                .extracting(Call::service, Call::region, Call::operation, Call::caller)
                .containsExactly(tuple("ecr", region, "GetAuthorizationToken", FakeAws.OWN_ROLE));
    }

    @Test
    void aTokenIsKeptForItsLifeAndReadAgainAQuarterOfAnHourBefore() {
        PullThroughCacheRule rule = rule("ecr", ECR, Optional.empty());
        credentials.find(rule);
        clock.advance(FakeAws.TOKEN_LIFE.minus(Duration.ofMinutes(16)));
        assertThat(credentials.find(rule)).contains(token(FakeAws.OWN_ROLE, 1));
        clock.advance(Duration.ofMinutes(2));
        assertThat(credentials.find(rule)).contains(token(FakeAws.OWN_ROLE, 2));
        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void aTokenServesUntilItExpiresWhileThereIsNoOther() {
        PullThroughCacheRule rule = rule("ecr", ECR, Optional.empty());
        credentials.find(rule);
        aws.denied.add("ecr:GetAuthorizationToken");
        clock.advance(FakeAws.TOKEN_LIFE.minus(Duration.ofMinutes(1)));
        assertThat(credentials.find(rule)).contains(token(FakeAws.OWN_ROLE, 1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(failure(credentials, rule)).contains("AccessDeniedException");
    }

    @Test
    void aRulesRoleIsAssumedAndItsSessionAsksForTheToken() {
        aws.roles.put(ROLE_A, "weir-of-team-x");
        assertThat(credentials(Optional.of("weir-of-team-x")).find(rule("ecr", ECR, Optional.of(ROLE_A))))
                .contains(token(ROLE_A, 2));
        assertThat(aws.calls("AssumeRole")).singleElement().satisfies(call -> {
            assertThat(call.caller()).isEqualTo(FakeAws.OWN_ROLE);
            assertThat(call.parameters())
                    .containsEntry("RoleArn", ROLE_A)
                    .containsEntry("RoleSessionName", "weir")
                    .containsEntry("ExternalId", "weir-of-team-x");
        });
        assertThat(aws.calls("GetAuthorizationToken")).singleElement().satisfies(call -> assertThat(call.caller())
                .isEqualTo(ROLE_A));
    }

    @Test
    void withoutASettingNoExternalIdIsSent() {
        aws.roles.put(ROLE_A, "");
        credentials.find(rule("ecr", ECR, Optional.of(ROLE_A)));
        assertThat(aws.calls("AssumeRole").get(0).parameters()).doesNotContainKey("ExternalId");
    }

    @Test
    void twoRulesWithTwoRolesToOneHostDoNotShareATokenNorAFailure() {
        aws.roles.put(ROLE_A, "");
        PullThroughCacheRule a = rule("aa", ECR, Optional.of(ROLE_A));
        PullThroughCacheRule b = rule("bb", ECR, Optional.of(ROLE_B));
        PullThroughCacheRule own = rule("own", ECR, Optional.empty());
        assertThat(credentials.find(a)).contains(token(ROLE_A, 2));
        assertThat(failure(credentials, b)).contains("rule 'bb'", ROLE_B).doesNotContain(ROLE_A);
        assertThat(credentials.find(own)).contains(token(FakeAws.OWN_ROLE, 3));
        assertThat(credentials.find(a)).contains(token(ROLE_A, 2));
    }

    @Test
    void rulesWithOneRoleToOneHostShareATokenAndEachHearsOfAFailureByItsOwnName() {
        PullThroughCacheRule a = rule("aa", ECR, Optional.of(ROLE_A));
        PullThroughCacheRule alsoA = rule("also-a", ECR, Optional.of(ROLE_A));
        assertThat(failure(credentials, a)).contains("rule 'aa'");
        assertThat(failure(credentials, alsoA)).contains("rule 'also-a'").doesNotContain("'aa'");
        assertThat(aws.calls).as("one call for both").hasSize(1);
        aws.roles.put(ROLE_A, "");
        clock.advance(Duration.ofSeconds(30));
        assertThat(credentials.find(a)).isEqualTo(credentials.find(alsoA)).isPresent();
        assertThat(aws.calls("GetAuthorizationToken")).hasSize(1);
    }

    @Test
    void aRoleThatCannotBeAssumedIsNamedWithTheRuleAndTheRemedyAndNoSecret() {
        aws.roles.put(ROLE_A, "another");
        assertThat(failure(credentials(Optional.of("mine")), rule("ecr", ECR, Optional.of(ROLE_A))))
                .isEqualTo("upstream credential 'token of ECR " + ECR + "' of rule 'ecr' can't be had: role '" + ROLE_A
                        + "' can't be assumed (AccessDenied): let the role trust the role that Weir runs as with external"
                        + " id 'mine', and allow that one sts:AssumeRole on it (UpstreamRoleArns)");
    }

    @Test
    void aRoleThatMayNotAskForATokenIsNamedWithTheRuleAndTheRemedy() {
        aws.roles.put(ROLE_A, "");
        aws.denied.add("ecr:GetAuthorizationToken");
        assertThat(failure(credentials, rule("ecr", ECR, Optional.of(ROLE_A))))
                .isEqualTo("upstream credential 'token of ECR " + ECR + "' of rule 'ecr' can't be had"
                        + " (AccessDeniedException): allow ecr:GetAuthorizationToken to role '" + ROLE_A + "'");
        assertThat(failure(credentials, rule("ecr", ECR, Optional.empty())))
                .endsWith("allow ecr:GetAuthorizationToken to the role that Weir runs as");
    }

    @Test
    void aKeyThatAwsDoesNotKnowIsTold() {
        EcrCredentials unknown = new EcrCredentials(
                aws.clients(AwsBasicCredentials.create("AKIDOTHER", "other")),
                new RoleSessions(aws.clients(), Optional.empty()),
                clock);
        assertThat(failure(unknown, rule("ecr", ECR, Optional.empty())))
                .contains("UnrecognizedClientException")
                .doesNotContain("AKIDOTHER");
    }

    @Test
    void aRuleWithASecretOrAnotherUpstreamGetsNoToken() {
        CredentialArn secret = CredentialArn.parse(
                "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/ecr-AbCdEf");
        assertThat(credentials.find(rule("ecr", ECR, Optional.of(secret), Optional.empty())))
                .isEmpty();
        assertThat(credentials.find(rule("quay", "quay.io", Optional.of(ROLE_A))))
                .isEmpty();
        assertThat(credentials.findAnew(rule("quay", "quay.io", Optional.empty())))
                .isEmpty();
        assertThat(aws.calls).isEmpty();
    }
}
