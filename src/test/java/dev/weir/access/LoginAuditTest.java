package dev.weir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.fake.AuditLog;
import dev.weir.fake.MovableClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** A line for each login that is verified; nobody's name forges one. */
class LoginAuditTest {
    private static final Source HERE = new Source(ClientAddress.of("203.0.113.7"), "weir.example.org");

    private final MovableClock clock = new MovableClock();
    private final String hash = BCrypt.withDefaults().hashToString(4, "hunter2-secret".toCharArray());
    private final Map<String, UserEntry> users =
            Map.of("alice", UserEntry.of(hash), "bob", new UserEntry(hash, Optional.of(Instant.EPOCH)));
    private final Authenticator authenticator =
            new Authenticator(List.of(new UserPasswords(() -> users, clock)), new FailedLogins(clock));

    private Optional<Principal> login(String user, String password) {
        return authenticator.authenticate(new BasicCredentials(user, password), HERE);
    }

    @Test
    void aLoginIsWrittenWhenItIsAcceptedForTheFirstTime() {
        try (AuditLog log = new AuditLog()) {
            for (int i = 0; i < 3; i++) {
                assertThat(login("alice", "hunter2-secret")).isPresent();
            }
            assertThat(log.lines())
                    .containsExactly(
                            "principal=weir:user/alice operation=login source=203.0.113.7 decision=LOGIN_ACCEPTED");
        }
    }

    @Test
    void guessesAreWrittenUntilTheyAreLimitedAndTheLastTellsForHowLong() {
        try (AuditLog log = new AuditLog()) {
            for (int i = 0; i < 10; i++) {
                assertThat(login("alice", "hunter2-guess")).isEmpty();
            }
            for (int i = 0; i < 1_000; i++) {
                assertThatExceptionOfType(LoginLimitedException.class)
                        .isThrownBy(() -> login("alice", "hunter2-guess"));
            }
            String failed = "principal=- operation=login source=203.0.113.7 claimed=alice decision=LOGIN_FAILED";
            assertThat(log.lines())
                    .hasSize(10)
                    .startsWith(failed)
                    .endsWith(failed + " limitedSeconds=300")
                    .noneMatch(line -> line.contains("hunter2"));
        }
    }

    /** People type the password, or a token, where the name belongs. */
    @Test
    void whatNoUserIsCalledIsWrittenAsAHashThatShowsOnlyWhetherItComesAgain() {
        try (AuditLog log = new AuditLog()) {
            login("hunter2-secret", "alice");
            login("hunter2-secret", "");
            login("hunter3-secret", "alice");
            assertThat(log.lines()).noneMatch(line -> line.contains("hunter") || line.contains("alice"));
            List<String> claimed = log.lines().stream()
                    .map(line -> String.valueOf(AuditLog.fields(line).get("claimed")))
                    .toList();
            assertThat(claimed).hasSize(3).allMatch(shown -> shown.matches("unknown:[0-9a-f]{8}"));
            assertThat(claimed.get(1)).isEqualTo(claimed.get(0));
            assertThat(claimed.get(2)).isNotEqualTo(claimed.get(0));
        }
    }

    @Test
    void theNamesOfTokensAndOfExpiredUsersAreWritten() {
        try (AuditLog log = new AuditLog()) {
            for (String name : List.of("AWS", "oidc", "bob")) {
                login(name, "hunter2-secret");
            }
            assertThat(log.lines().stream().map(line -> AuditLog.fields(line).get("claimed")))
                    .containsExactly("AWS", "oidc", "bob");
        }
    }

    @Property(tries = 300)
    void noNameForgesALineOrAField(@ForAll @StringLength(max = 90) String name, @ForAll boolean isForgery) {
        String claimed = isForgery ? name + "\r\nprincipal=weir:user/alice decision=LOGIN_ACCEPTED \"\\" : name;
        clock.advance(FailedLogins.WINDOW);
        try (AuditLog log = new AuditLog()) {
            login(claimed, "hunter2-secret");
            assertThat(log.lines()).hasSize(1);
            String line = log.lines().get(0);
            assertThat(line).matches("[ -~]+");
            assertThat(AuditLog.fields(line))
                    .containsOnlyKeys("principal", "operation", "source", "claimed", "decision")
                    .containsEntry("principal", "-")
                    .containsEntry("decision", "LOGIN_FAILED")
                    .hasEntrySatisfying("claimed", shown -> assertThat(shown).matches("unknown:[0-9a-f]{8}"));
        }
    }
}
