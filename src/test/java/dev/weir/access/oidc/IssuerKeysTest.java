package dev.weir.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FakeIssuer;
import dev.weir.fake.MovableClock;
import dev.weir.fake.SlowRead;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An issuer that hangs delays only logins whose key nobody has. */
@Timeout(90)
class IssuerKeysTest {
    private static final OidcIssuer ISSUER = new OidcIssuer("ci", URI.create(FakeIssuer.ISSUER), Optional.empty());

    private final FakeIssuer issuer = new FakeIssuer();
    private final MovableClock clock = new MovableClock();
    private final SlowRead slow = new SlowRead();
    private final IssuerKeys keys = new IssuerKeys(
            asked -> {
                slow.pass();
                return issuer.jwks();
            },
            clock);
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        slow.goOn();
        others.shutdownNow();
        issuer.close();
    }

    private Future<Optional<JsonWebKey>> another(String keyId) {
        return others.submit(() -> keys.find(ISSUER, keyId));
    }

    @Test
    void aKeyThatIsHeldServesWhileTheKeysAreReadAgain() throws Exception {
        assertThat(keys.find(ISSUER, "rsa-1")).isPresent();
        clock.advance(Duration.ofHours(1));
        slow.hang();
        Future<Optional<JsonWebKey>> reader = another("rsa-1");
        slow.awaitBegun();
        assertThat(keys.find(ISSUER, "rsa-1")).isPresent();
        slow.goOn();
        assertThat(reader.get()).isPresent();
        assertThat(slow.count()).isEqualTo(2);
    }

    @Test
    void loginsWithAKeyThatIsNotHeldWaitForTheOneRead() throws Exception {
        keys.find(ISSUER, "rsa-1");
        clock.advance(Duration.ofMinutes(1));
        issuer.addKey("RS256", "rsa-new");
        slow.hang();
        List<Future<Optional<JsonWebKey>>> logins = List.of(another("rsa-new"), another("rsa-new"), another("rsa-new"));
        slow.awaitBegun();
        assertThat(logins).noneMatch(Future::isDone);
        slow.goOn();
        for (Future<Optional<JsonWebKey>> login : logins) {
            assertThat(login.get()).isPresent();
        }
        assertThat(slow.count()).isEqualTo(2);
    }
}
