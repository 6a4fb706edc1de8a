package dev.weir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.fake.MovableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final String LONG = "x".repeat(80);
    private static final Source HERE = new Source(ClientAddress.of("203.0.113.7"), "weir.example.org");
    private static final Source ELSEWHERE = new Source(ClientAddress.of("198.51.100.9"), "weir.example.org");

    private final MovableClock clock = new MovableClock();
    private final Map<String, UserEntry> users = new ConcurrentHashMap<>(Map.of(
            "alice", UserEntry.of(BCrypt.withDefaults().hashToString(4, "secret".toCharArray())),
            "bob", UserEntry.of(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(5, "s:c:t".toCharArray())),
            "long",
                    UserEntry.of(BCrypt.withDefaults()
                            .hashToString(4, LONG.substring(0, 72).toCharArray())),
            "broken", UserEntry.of("plain text")));
    private final Authenticator authenticator =
            new Authenticator(List.of(new UserPasswords(() -> users, clock)), new FailedLogins(clock));

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Principal> login(String user, String password, Source source) {
        return authenticator.authenticate(new BasicCredentials(user, password), source);
    }

    @ParameterizedTest
    @CsvSource({
        "alice:secret, alice",
        "alice:Secret,",
        "alice:,",
        "bob:s:c:t, bob",
        "nobody:secret,",
        "broken:plain text,",
    })
    void knowsAUserByTheRightPasswordOnly(String pair, String name) {
        assertThat(BasicCredentials.find("Basic " + basic(pair))
                        .flatMap(credentials -> authenticator.authenticate(credentials, HERE)))
                .isEqualTo(Optional.ofNullable(name).map(Principal::user));
    }

    @Test
    void cutsAPasswordOverSeventyTwoBytesAsHtpasswdDoes() {
        assertThat(login("long", LONG, HERE)).contains(Principal.user("long"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !!!", "Bearer YTpi", "Basic YWI=", "Basic OmE="})
    void takesNothingElseForCredentials(String header) {
        assertThat(BasicCredentials.find(header)).isEmpty();
    }

    @Test
    void printsNoPassword() {
        assertThat(new BasicCredentials("alice", "secret").toString()).doesNotContain("secret");
        assertThat(new UserEntry("$2a$hash", Optional.empty()).toString()).doesNotContain("hash");
    }

    @Test
    void aUserIsUnknownFromTheMomentItExpires() {
        UserEntry entry = users.getOrDefault("alice", UserEntry.of(""));
        users.put(
                "alice", new UserEntry(entry.hash(), Optional.of(clock.instant().plusSeconds(60))));
        assertThat(login("alice", "secret", HERE)).isPresent();
        clock.advance(Duration.ofSeconds(60));
        assertThat(login("alice", "secret", HERE)).isEmpty();
    }

    @Test
    void aPasswordThatWasRightIsForgottenWithItsUser() {
        assertThat(login("alice", "secret", HERE)).isPresent();
        users.remove("alice");
        assertThat(login("alice", "secret", HERE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "nobody"})
    void tenWrongPasswordsOfANameEndItsLoginsForFiveMinutesWhetherThereIsSuchAUserOrNot(String name) {
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(login(name, "wrong", new Source(ClientAddress.of("192.0.2." + i), "")))
                    .isEmpty();
        }
        assertThatExceptionOfType(LoginLimitedException.class)
                .isThrownBy(() -> login(name, "secret", ELSEWHERE))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(5 * 60 - 9)));
        assertThat(login("bob", "s:c:t", HERE)).isPresent();
        clock.advance(Duration.ofSeconds(5 * 60 - 9));
        assertThat(login(name, "secret", ELSEWHERE).isPresent()).isEqualTo(name.equals("alice"));
    }

    @Test
    void thirtyWrongPasswordsFromAnAddressEndItsLogins() {
        for (int i = 0; i < 30; i++) {
            assertThat(login("user" + i, "wrong", HERE)).isEmpty();
        }
        assertThatExceptionOfType(LoginLimitedException.class).isThrownBy(() -> login("bob", "s:c:t", HERE));
        assertThat(login("bob", "s:c:t", ELSEWHERE)).isPresent();
    }

    @Test
    void whoIsLoggedInIsNotLockedOutByAStrangersGuesses() {
        assertThat(login("alice", "secret", HERE)).isPresent();
        for (int i = 0; i < 10; i++) {
            assertThat(login("alice", "guess" + i, ELSEWHERE)).isEmpty();
        }
        assertThat(login("alice", "secret", HERE)).isPresent();
        assertThatExceptionOfType(LoginLimitedException.class).isThrownBy(() -> login("alice", "guess", HERE));
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() {
        for (int i = 0; i < 30; i++) {
            login("user" + i, "wrong", new Source(ClientAddress.of("2001:db8:1:2::" + i), ""));
        }
        assertThatExceptionOfType(LoginLimitedException.class)
                .isThrownBy(() -> login("bob", "s:c:t", new Source(ClientAddress.of("2001:db8:1:2:ffff::1"), "")));
        assertThat(login("bob", "s:c:t", new Source(ClientAddress.of("2001:db8:1:3::1"), "")))
                .isPresent();
    }

    @Test
    void aRightPasswordIsNotCountedAsAFailure() {
        for (int i = 0; i < 50; i++) {
            clock.advance(Duration.ofMinutes(11));
            assertThat(login("alice", "secret", HERE)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "dead.beef", "1.2.3.4.5", "999.1.1.1", "::1::", "127.0.0.1:80"})
    void whatIsNotAnAddressIsUnknown(String text) {
        assertThat(ClientAddress.of(text)).isEqualTo(ClientAddress.UNKNOWN);
    }
}
