package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.fake.SlowRead;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.CredentialCache.Kept;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often a credential is read. */
class CredentialCacheTest {
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration GOOD = Duration.ofHours(1);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final PullThroughCacheRule RULE = PullThroughCacheRule.of(
            RepositoryPrefix.parse("quay"), UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE));

    private final MovableClock clock = new MovableClock();
    private final SlowRead slow = new SlowRead();
    private final AtomicInteger reads = new AtomicInteger();
    private boolean fails;
    private Duration life = GOOD;

    private final CredentialCache<String> cache = new CredentialCache<>(this::read, clock);

    private Kept read(String key) {
        int n = reads.incrementAndGet();
        slow.pass();
        if (fails) {
            throw new CredentialException(key, "can't be read: mend it");
        }
        return new Kept(
                new Credential("me", key + n),
                clock.instant().plus(life).minus(GOOD).plus(FRESH),
                clock.instant().plus(life));
    }

    private String get() {
        return cache.get("a", RULE).accessToken();
    }

    private String getAnew() {
        return cache.getAnew("a", RULE).accessToken();
    }

    @Test
    void aFreshCredentialIsNotReadAgain() {
        assertThat(get()).isEqualTo("a1");
        clock.advance(FRESH.minusMillis(1));
        assertThat(get()).isEqualTo("a1");
        assertThat(cache.get("b", RULE).accessToken()).isEqualTo("b2");
        clock.advance(Duration.ofMillis(1));
        assertThat(get()).isEqualTo("a3");
    }

    @Test
    void aDeniedCredentialIsReadAtOnceAndThenEvery30SecondsAtMost() {
        get();
        assertThat(getAnew()).isEqualTo("a2");
        assertThat(get()).isEqualTo("a2");
        clock.advance(PAUSE.minusMillis(1));
        assertThat(getAnew()).isEqualTo("a2");
        clock.advance(Duration.ofMillis(1));
        assertThat(getAnew()).isEqualTo("a3");
    }

    @Test
    void aCredentialThatCannotBeReadAgainServesAsLongAsItIsGood() {
        get();
        fails = true;
        clock.advance(GOOD.minusMillis(1));
        assertThat(get()).isEqualTo("a1");
        assertThat(getAnew()).isEqualTo("a1");
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(this::get).hasMessage("upstream credential 'a' of rule 'quay' can't be read: mend it");
    }

    @Test
    void aReadThatFailedIsRepeatedEvery30SecondsAtMostWhateverTheCause() {
        fails = true;
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(this::get).isInstanceOf(CredentialException.class);
            assertThatThrownBy(this::getAnew).isInstanceOf(CredentialException.class);
        }
        assertThat(reads).hasValue(1);
        fails = false;
        clock.advance(PAUSE);
        assertThat(get()).isEqualTo("a2");
    }

    @Test
    void aCredentialThatArrivesExpiredIsNotReadAtEachPull() {
        life = Duration.ofHours(-1);
        assertThat(get()).isEqualTo("a1");
        assertThat(get()).isEqualTo("a1");
        clock.advance(PAUSE);
        assertThat(get()).isEqualTo("a2");
    }

    @Test
    @Timeout(90)
    void whileOneReadsTheLastCredentialServesAsLongAsItIsGood() throws Exception {
        get();
        clock.advance(FRESH);
        slow.hang();
        Thread reader = new Thread(this::get);
        reader.start();
        slow.awaitBegun();
        assertThat(get()).isEqualTo("a1");
        slow.goOn();
        reader.join();
        assertThat(get()).isEqualTo("a2");
    }

    @Test
    @Timeout(90)
    void aCredentialThatUpstreamDeniedWaitsForOneThatIsReadSince() throws Exception {
        get();
        clock.advance(FRESH);
        slow.hang();
        Thread reader = new Thread(this::get);
        reader.start();
        slow.awaitBegun();
        slow.goOn();
        assertThat(getAnew()).isEqualTo("a3");
        reader.join();
    }
}
