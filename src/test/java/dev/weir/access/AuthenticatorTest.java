package dev.weir.access;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final String LONG = "x".repeat(80);
    private final Authenticator authenticator = new Authenticator(() -> Map.of(
            "alice", BCrypt.withDefaults().hashToString(4, "secret".toCharArray()),
            "bob", BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(5, "s:c:t".toCharArray()),
            "long", BCrypt.withDefaults().hashToString(4, LONG.substring(0, 72).toCharArray()),
            "broken", "plain text"));

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
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
        assertThat(BasicCredentials.find("Basic " + basic(pair)).flatMap(authenticator::authenticate))
                .isEqualTo(java.util.Optional.ofNullable(name).map(Principal::user));
    }

    @Test
    void cutsAPasswordOverSeventyTwoBytesAsHtpasswdDoes() {
        assertThat(authenticator.authenticate(new BasicCredentials("long", LONG)))
                .contains(Principal.user("long"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !!!", "Bearer YTpi", "Basic YWI=", "Basic OmE="})
    void takesNothingElseForCredentials(String header) {
        assertThat(BasicCredentials.find(header)).isEmpty();
    }

    @Test
    void printsNoPassword() {
        assertThat(new BasicCredentials("alice", "secret").toString()).doesNotContain("secret");
    }
}
