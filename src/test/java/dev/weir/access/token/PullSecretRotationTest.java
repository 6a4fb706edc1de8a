package dev.weir.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.BasicCredentials;
import dev.weir.access.Principal;
import dev.weir.fake.MovableClock;
import dev.weir.fake.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullSecretRotationTest {
    private final MovableClock clock = new MovableClock();
    private final SignedTokens tokens = Tokens.at(clock);
    private final Map<String, String> stored = new TreeMap<>();

    private PullSecretRotation rotation(String... names) {
        return new PullSecretRotation(tokens, stored::put, List.of(names));
    }

    private BasicCredentials login(String name) throws JsonProcessingException {
        JsonNode secret = new ObjectMapper().readTree(stored.get(name));
        return new BasicCredentials(
                secret.path("username").asText(), secret.path("password").asText());
    }

    @Test
    void everySecretHasThePasswordOfAPrincipalOfItsOwn() throws JsonProcessingException {
        assertThat(rotation("team-a", "team-b").rotate()).isEqualTo(2);
        TokenPasswords passwords = new TokenPasswords(tokens);
        assertThat(passwords.isFor(login("team-a"))).isTrue();
        assertThat(passwords.verify(login("team-a"), "")).contains(new Principal("weir:pull/team-a", Map.of()));
        assertThat(passwords.verify(login("team-b"), "")).contains(new Principal("weir:pull/team-b", Map.of()));
    }

    @Test
    void thePasswordReadBeforeOneRotationOutlivesALostOne() throws JsonProcessingException {
        rotation("team-a").rotate();
        BasicCredentials read = login("team-a");
        clock.advance(Duration.ofHours(6));
        rotation("team-a").rotate();
        assertThat(login("team-a")).isNotEqualTo(read);
        clock.advance(Duration.ofHours(6).minusSeconds(1));
        assertThat(new TokenPasswords(tokens).verify(read, "")).isPresent();
    }

    @Test
    void oneSecretThatFailsIsNamedAndLeavesTheOthersAlone() {
        PullSecrets secrets = (name, text) -> {
            if (name.equals("team-a")) {
                throw new IllegalStateException("denied");
            }
            stored.put(name, text);
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> new PullSecretRotation(tokens, secrets, List.of("team-a", "team-b")).rotate())
                .withMessage("1 of 2 pull secrets got no new password: team-a");
        assertThat(stored).containsOnlyKeys("team-b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Team", "a/b", "a*", "-a", "a-"})
    void aNameThatIsNotAllowedIsNamed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rotation(name))
                .withMessageContaining("PullSecrets has the name '" + name + "'");
    }
}
