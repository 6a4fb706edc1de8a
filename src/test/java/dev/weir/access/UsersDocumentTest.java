package dev.weir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersDocumentTest {
    private static final String HASH = "$2y$05$" + "a".repeat(53);

    @Test
    void aUserIsAHashOrAHashWithAnExpiry() {
        assertThat(
                        UsersDocument.parse(
                                "{\"alice\":\"h1\",\"bob\":{\"hash\":\"h2\",\"expiresAt\":\"2027-01-01T00:00:00Z\"},\"eve\":{\"hash\":\"h3\"}}"))
                .isEqualTo(Map.of(
                        "alice", UserEntry.of("h1"),
                        "bob", new UserEntry("h2", Optional.of(Instant.parse("2027-01-01T00:00:00Z"))),
                        "eve", UserEntry.of("h3")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"hash\":\"h\",\"expiresAt\":\"tomorrow\"}",
                "{\"hash\":\"h\",\"expiresAt\":5}",
                "7",
                "null",
                "[]"
            })
    void anEntryThatCanNotBeReadLocksOutItsUserOnly(String entry) {
        Map<String, UserEntry> users = UsersDocument.parse("{\"alice\":\"h1\",\"bob\":" + entry + "}");
        assertThat(users).containsEntry("alice", UserEntry.of("h1")).containsEntry("bob", UserEntry.of(""));
    }

    @Test
    void readsWhatHtpasswdWrites() {
        assertThat(UsersDocument.parseHtpasswd("# users\r\nalice:" + HASH + "\r\n\nbob:" + HASH + "\n"))
                .isEqualTo(Map.of("alice", UserEntry.of(HASH), "bob", UserEntry.of(HASH)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "alice:secret", ":$2y$", "alice:{SHA}c2VjcmV0"})
    void aLineThatIsNotAUserIsNamedByItsNumberAndNotQuoted(String line) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsersDocument.parseHtpasswd("bob:" + HASH + "\n" + line))
                .withMessageContaining("line 2")
                .withMessageContaining("htpasswd -nbB")
                .withMessageNotContaining("secret")
                .withMessageNotContaining("SHA");
    }
}
