package dev.weir.aws.ecr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FakeAws;
import dev.weir.fake.MovableClock;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credential.Reach;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token of ECR Public, asked for by one signed call on a real socket. */
class EcrPublicCredentialsTest {
    private final MovableClock clock = new MovableClock();
    private final FakeAws aws = new FakeAws(clock);
    private final EcrPublicCredentials credentials = new EcrPublicCredentials(aws.clients(), clock);

    @AfterEach
    void stop() {
        aws.close();
    }

    private static PullThroughCacheRule rule(String upstream) {
        return PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse(upstream, InsecureUpstreams.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.ecr.aws", "ecr-public.aws.com"})
    void aTokenIsAskedForInUsEast1AndKeptForItsLife(String upstream) {
        PullThroughCacheRule rule = rule(upstream);
        Credential first = new Credential("AWS", FakeAws.password(FakeAws.OWN_ROLE, 1), Reach.HOST);
        assertThat(credentials.find(rule)).contains(first);
        clock.advance(FakeAws.TOKEN_LIFE.minus(Duration.ofMinutes(16)));
        assertThat(credentials.find(rule)).contains(first);
        assertThat(aws.calls).singleElement().satisfies(call -> {
            assertThat(call.service()).isEqualTo("ecr-public");
            assertThat(call.region()).isEqualTo("us-east-1");
            assertThat(call.operation()).isEqualTo("GetAuthorizationToken");
            assertThat(call.parameters()).containsEntry("body", "{}");
        });
        clock.advance(Duration.ofMinutes(2));
        assertThat(credentials.find(rule)).isPresent().isNotEqualTo(credentials.find(rule("quay.io")));
        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void aDeniedTokenIsReadAnew() {
        credentials.find(rule("public.ecr.aws"));
        assertThat(credentials.findAnew(rule("public.ecr.aws")))
                .contains(new Credential("AWS", FakeAws.password(FakeAws.OWN_ROLE, 2), Reach.HOST));
    }

    @Test
    void withoutThePermissionImagesArePulledWithoutATokenAndTheCallIsNotRepeatedAtEachPull() {
        aws.denied.add("ecr-public:GetAuthorizationToken");
        for (int i = 0; i < 5; i++) {
            assertThat(credentials.find(rule("public.ecr.aws"))).isEmpty();
        }
        assertThat(aws.calls).hasSize(1);
        aws.denied.clear();
        clock.advance(Duration.ofSeconds(30));
        assertThat(credentials.find(rule("public.ecr.aws"))).isPresent();
    }

    @Test
    void otherUpstreamsGetNone() {
        assertThat(credentials.find(rule("quay.io"))).isEmpty();
        assertThat(credentials.findAnew(rule("111122223333.dkr.ecr.us-east-1.amazonaws.com")))
                .isEmpty();
        assertThat(aws.calls).isEmpty();
    }
}
