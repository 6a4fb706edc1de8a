package dev.weir.aws.secretsmanager;

import static dev.weir.fake.Challenges.basic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.aws.PullSuite;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.UpstreamException.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pulls from a registry that demands what a secret holds. */
class SecretPullTest extends PullSuite {
    private static final String SECRET =
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/quay-AbCdEf";

    @Test
    void aRotatedSecretIsPickedUpByThePullThatItsDenialMeets() {
        fake.misbehave(this::asEcr);
        accepted.add(basic("me", "old"));
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"old\"}");
        PullThroughCacheRule rule = rule("quay.io", Optional.of(SECRET), Optional.empty());
        assertThat(pull(rule)).isEqualTo(digest);
        accepted.clear();
        accepted.add(basic("me", "new"));
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"new\"}");
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls("GetSecretValue")).hasSize(2);
    }

    @Test
    void aSecretThatIsWrongDoesNotCostACallAPull() {
        fake.misbehave(this::asEcr);
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"wrong\"}");
        PullThroughCacheRule rule = rule("quay.io", Optional.of(SECRET), Optional.empty());
        for (int i = 0; i < 5; i++) {
            assertThat(failure(rule)).isEqualTo(Kind.UNAUTHORIZED);
        }
        assertThat(aws.calls("GetSecretValue")).as("the first, and one anew").hasSize(2);
    }

    @Test
    void aDenialNamesTheRuleAndTheRemedyAndNotWhatTheSecretHolds() {
        fake.misbehave(this::asEcr);
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"wrong\"}");
        assertThat(denial(rule("quay.io", Optional.of(SECRET), Optional.empty())))
                .hasMessage(
                        "fetch quay.io/app:1: status 403, rule 'up': look at what its secret holds, and at what that account"
                                + " may pull");
        assertThat(denial(rule("quay.io", Optional.empty(), Optional.empty())))
                .hasMessage("fetch quay.io/app:1: status 401 and nothing to answer it with, rule 'up': give it a"
                        + " credential that may pull this, or another one");
    }
}
