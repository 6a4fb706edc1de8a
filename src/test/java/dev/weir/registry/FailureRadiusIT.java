package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.Misbehaviours;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one failure of an upstream stops, and what it does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureRadiusIT {
    private static final CredentialArn PAID = CredentialArn.parse(
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/paid-a1B2c3");

    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryHandler handler =
            weir.waiting(weir.table, weir.contents, rule -> Optional.empty()).registry();
    private String name = "";

    @BeforeEach
    void freshUpstream() {
        name = "r" + System.nanoTime();
        weir.rules = () ->
                new RuleSet(List.of(rule("up", Optional.empty()), rule("paid", Optional.of(PAID))), Set.of(), Map.of());
        weir.upstreamIsWell();
    }

    private PullThroughCacheRule rule(String prefix, Optional<CredentialArn> credential) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(prefix),
                weir.upstreamUrl(),
                RepositoryPrefix.ROOT,
                credential,
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private RegistryResponse pull(String repository) {
        return get(handler, "/v2/" + repository + "/manifests/1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aLimitOfAnonymousPullsDoesNotStopThePaidAccount() {
        weir.upstream.image(name + "/paid", "1", bytes("layer"));
        weir.upstream.misbehave(Misbehaviours.limits(name + "/free", 3600));
        assertThat(pull("up/" + name + "/free").headers()).containsEntry("Retry-After", "3600");
        weir.upstream.requests().clear();
        assertThat(pull("up/" + name + "/other").status()).isEqualTo(429);
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(pull("paid/" + name + "/paid").status()).isEqualTo(200);
    }

    @Test
    void aBrokenRepositoryStopsNoOtherOfItsHost() {
        weir.upstream.image(name + "/sound", "1", bytes("layer"));
        weir.upstream.misbehave(Misbehaviours.breaks(name + "/broken"));
        for (int i = 0; i < 7; i++) {
            assertThat(pull("up/" + name + "/broken").status()).isEqualTo(502);
        }
        weir.upstream.requests().clear();
        assertThat(pull("up/" + name + "/broken").status()).isEqualTo(502);
        assertThat(weir.upstream.requests()).isEmpty();
        assertThat(pull("up/" + name + "/sound").status()).isEqualTo(200);
    }

    @Test
    void layersFlowWhileManifestsAreLimited() {
        weir.upstream.image(name, "1", bytes(name));
        weir.upstream.misbehave(Misbehaviours.limits("/manifests/", 3600));
        assertThat(pull("up/" + name).status()).isEqualTo(429);
        assertThat(get(handler, "/v2/up/" + name + "/blobs/" + Digest.of(bytes(name)))
                        .status())
                .isEqualTo(307);
    }

    @Test
    void shortLimitsAreWaitedForWhateverTheirNumber() {
        weir.upstream.image(name, "1", bytes("layer"));
        weir.upstream.misbehave(Misbehaviours.limitsAtFirst(12, 1));
        assertThat(pull("up/" + name).status()).isEqualTo(200);
        assertThat(weir.upstream.requests()).hasSize(13);
    }

    @Test
    void aLimitThatOutlastsThePullIsTold() {
        weir.upstream.image(name, "1", bytes("layer"));
        weir.upstream.misbehave(Misbehaviours.limits(name, 4));
        RegistryResponse answer = pull("up/" + name);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", "4");
    }

    @Test
    void whoeverComesDuringAShortLimitWaitsItOut() {
        weir.upstream.image(name + "/next", "1", bytes("layer"));
        weir.upstream.misbehave(Misbehaviours.limits(name, 7));
        assertThat(pull("up/" + name + "/first").status()).isEqualTo(429);
        weir.upstream.behave();
        assertThat(pull("up/" + name + "/next").headers()).containsEntry("Retry-After", "7");
        weir.clock.advance(Duration.ofSeconds(3));
        weir.upstream.requests().clear();
        assertThat(pull("up/" + name + "/next").status()).isEqualTo(200);
        assertThat(weir.upstream.requests()).hasSize(1);
    }
}
