package dev.weir.registry;

import static dev.weir.fake.Challenges.givesTokensTo;
import static dev.weir.fake.Challenges.hidesFromStrangers;
import static dev.weir.fake.Challenges.wantsToken;
import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.WeirUnderTest;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credentials;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pull from upstreams that ask who is there, as a client of Weir sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChallengeIT {
    private static final Optional<Credential> OLD = Optional.of(new Credential("me", "old"));
    private static final Optional<Credential> NEW = Optional.of(new Credential("me", "new"));

    private final WeirUnderTest weir = new WeirUnderTest();

    @BeforeEach
    void freshUpstream() {
        weir.upstreamIsWell();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private int pull(String name, Credentials credentials) {
        weir.upstream.image(name, "1", new byte[] {1});
        weir.credentials = credentials;
        return get(weir.process(weir.clock, 1024), "/v2/up/" + name + "/manifests/1")
                .status();
    }

    /** A password that was rotated after it was read. */
    private static final class Rotated implements Credentials {
        @Override
        public Optional<Credential> find(PullThroughCacheRule rule) {
            return OLD;
        }

        @Override
        public Optional<Credential> findAnew(PullThroughCacheRule rule) {
            return NEW;
        }
    }

    @Test
    void aRotatedPasswordAndAScopeOfTheUpstreamsOwnCostTheClientNothing() {
        weir.upstream.put("/token", "application/json", "{\"token\":\"t\"}");
        weir.upstream.misbehave(givesTokensTo("me", "new"));
        weir.upstream.misbehave(
                wantsToken("t", "http://" + weir.upstream.hostAndPort() + "/token", "repository:gateway/x:pull"));
        assertThat(pull("scoped", new Rotated())).isEqualTo(200);
        assertThat(weir.upstream.requests())
                .anyMatch(request -> request.query().contains("scope=repository:gateway/x:pull"));
    }

    @Test
    void aPrivateRepositoryThatStrangersDoNotSeeIsPulledWithTheCredential() {
        weir.upstream.misbehave(hidesFromStrangers("me", "new"));
        assertThat(pull("hidden", rule -> NEW)).isEqualTo(200);
        assertThat(pull("unseen", rule -> Optional.empty())).isEqualTo(404);
    }
}
