package dev.weir.aws.ecr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.aws.PullSuite;
import dev.weir.fake.FakeAws;
import dev.weir.fake.FakeUpstream;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pulls from registries that demand AWS tokens. */
class EcrPullTest extends PullSuite {
    private static final String ROLE_A = "arn:aws:iam::111122223333:role/pull-a";
    private static final String ROLE_B = "arn:aws:iam::111122223333:role/pull-b";

    private List<String> hostsThatWereShown(String authorization) {
        return fake.requests().stream()
                .filter(request -> request.header("Authorization").equals(Optional.of(authorization)))
                .flatMap(request -> request.header("Host").stream())
                .distinct()
                .toList();
    }

    @Test
    void ecrIsPulledWithATokenOfWeirsOwnRole() {
        fake.misbehave(this::asEcr);
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls).hasSize(1);
    }

    @Test
    void aTokenThatEcrCallsExpiredIsReadAnewOnce() {
        fake.misbehave(this::asEcr);
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        pull(rule);
        accepted.clear();
        accepted.add(token(FakeAws.OWN_ROLE, 2));
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void aRoleThatMayNotPullCostsATokenEvery30SecondsAtMost() {
        fake.misbehave(this::asEcr);
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        for (int i = 0; i < 5; i++) {
            assertThat(failure(rule)).isEqualTo(Kind.UNAUTHORIZED);
        }
        assertThat(aws.calls).as("the first, and one anew").hasSize(2);
        clock.advance(Duration.ofSeconds(30));
        failure(rule);
        failure(rule);
        assertThat(aws.calls).hasSize(3);
    }

    @Test
    void twoRolesOfOneHostDoNotMix() {
        aws.roles.put(ROLE_A, "");
        aws.roles.put(ROLE_B, "");
        fake.misbehave(this::asEcr);
        accepted.add(token(ROLE_A, 2));
        PullThroughCacheRule a = rule(ECR, Optional.empty(), Optional.of(ROLE_A));
        PullThroughCacheRule b = rule(ECR, Optional.empty(), Optional.of(ROLE_B));
        assertThat(pull(a)).isEqualTo(digest);
        assertThat(failure(b)).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(pull(a)).isEqualTo(digest);
        assertThat(fake.requests().stream()
                        .flatMap(request -> request.header("Authorization").stream())
                        .distinct())
                .containsExactly(token(ROLE_A, 2), token(ROLE_B, 4), token(ROLE_B, 6));
    }

    @Test
    void anAwsTokenGoesToNoHostThatARedirectLeadsTo() {
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        fake.misbehave(this::asEcr);
        fake.misbehave(exchange -> {
            boolean isEcr = ECR.equals(exchange.getRequestHeaders().getFirst("Host"));
            if (isEcr) {
                exchange.getResponseHeaders().set("Location", "http://" + OTHER + exchange.getRequestURI());
                exchange.sendResponseHeaders(307, -1);
            }
            return isEcr;
        });
        assertThat(failure(rule(ECR, Optional.empty(), Optional.empty()))).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(fake.requests())
                .extracting(request -> request.header("Host").orElse(""))
                .contains(OTHER);
        assertThat(hostsThatWereShown(token(FakeAws.OWN_ROLE, 1))).containsExactly(ECR);
    }

    @Test
    void anAwsTokenGoesToNoRealmBesideTheHostItself() {
        fake.misbehave(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + OTHER + "/token\"");
            exchange.sendResponseHeaders(401, -1);
            return true;
        });
        assertThat(failure(rule(ECR, Optional.empty(), Optional.empty()))).isEqualTo(Kind.INVALID);
        assertThat(fake.requests())
                .extracting(request -> request.header("Host").orElse(""))
                .containsOnly(ECR);
    }

    @Test
    void ecrPublicGivesItsOwnTokenForThatOfTheRole() {
        fake.put("/token/", "application/json", "{\"token\":\"bearer\"}");
        fake.misbehave(exchange -> {
            boolean isToken = exchange.getRequestURI().getPath().equals("/token/");
            String wanted = isToken ? token(FakeAws.OWN_ROLE, 1) : "Bearer bearer";
            boolean isRight = wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!isRight) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + PUBLIC + "/token/\"");
                exchange.sendResponseHeaders(401, -1);
            }
            return !isRight;
        });
        assertThat(pull(rule(PUBLIC, Optional.empty(), Optional.empty()))).isEqualTo(digest);
    }

    @Test
    void aDenialNamesTheRuleTheRoleAndTheRemedyAndNoToken() {
        aws.roles.put(ROLE_A, "");
        fake.misbehave(this::asEcr);
        String remedy = "fetch " + ECR
                + "/app:1: status 403, rule 'up': allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on it to ";
        assertThat(denial(rule(ECR, Optional.empty(), Optional.of(ROLE_A)))).hasMessage(remedy + ROLE_A);
        assertThat(denial(rule(ECR, Optional.empty(), Optional.empty())))
                .hasMessage(remedy + "the role that Weir runs as");
    }

    @Test
    void aRequestThatIsDeniedReadsItsCredentialAnewOnce() {
        fake.misbehave(this::asEcr);
        failure(rule(ECR, Optional.empty(), Optional.empty()));
        assertThat(aws.calls).hasSize(2);
        assertThat(fake.requests())
                .extracting(FakeUpstream.Request::path)
                .as("challenged, denied, and with the new one denied")
                .hasSize(4);
    }
}
