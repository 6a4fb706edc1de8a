package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAccessTest {
    private static final String HASH = "$2y$05$" + "a".repeat(53);
    private static final String KEYS = "{}";

    private static LocalAccess of(String... settings) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return LocalAccess.of(environment);
    }

    @Test
    void aLaptopIsOpenToItself() {
        LocalAccess access = of();
        assertThat(access.address().isLoopbackAddress()).isTrue();
        assertThat(access.allowsAnonymous()).isTrue();
    }

    @Test
    void usersAreAFileOrAValue(@TempDir Path folder) throws Exception {
        Path htpasswd = Files.writeString(folder.resolve("users"), "alice:" + HASH + "\nbob:" + HASH + "\n");
        Path json = Files.writeString(folder.resolve("users.json"), "{\"alice\":\"" + HASH + "\"}");
        assertThat(of("WEIR_USERS", htpasswd.toString()).users()).containsOnlyKeys("alice", "bob");
        assertThat(of("WEIR_USERS", json.toString()).users()).containsOnlyKeys("alice");
        assertThat(of("WEIR_USERS", "alice:" + HASH + ",bob:" + HASH).users()).containsOnlyKeys("alice", "bob");
        assertThat(of("WEIR_USERS", "alice:" + HASH).allowsAnonymous()).isFalse();
        assertThat(of("WEIR_USERS", "alice:" + HASH, "WEIR_ANONYMOUS", "true").allowsAnonymous())
                .isTrue();
    }

    @Test
    void whoTakesIdentitiesAsksWhoCalls() {
        LocalAccess access = of("WEIR_IDENTITIES", "{\"awsAccounts\":[\"111122223333\"]}");
        assertThat(access.identities().awsAccounts()).containsExactly("111122223333");
        assertThat(access.allowsAnonymous()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.7", "::", "2001:db8::1"})
    void otherMachinesAreNotServedWithoutADecision(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("WEIR_ADDRESS", address, "WEIR_CONTROL_KEYS", KEYS))
                .withMessageContaining("WEIR_ADDRESS is '")
                .withMessageContaining("set WEIR_USERS, or WEIR_ANONYMOUS=true");
        assertThat(of("WEIR_ADDRESS", address, "WEIR_CONTROL_KEYS", KEYS, "WEIR_ANONYMOUS", "true")
                        .allowsAnonymous())
                .isTrue();
        assertThat(of("WEIR_ADDRESS", address, "WEIR_CONTROL_KEYS", KEYS, "WEIR_USERS", "alice:" + HASH)
                        .allowsAnonymous())
                .isFalse();
    }

    @Test
    void theAdminKeyThatEverybodyKnowsIsForLoopbackOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("WEIR_ADDRESS", "0.0.0.0", "WEIR_ANONYMOUS", "true"))
                .withMessageContaining("set WEIR_CONTROL_KEYS");
    }

    @ParameterizedTest
    @CsvSource({
        "WEIR_ADDRESS, localhost, allowed is an IP address",
        "WEIR_ADDRESS, 999.1.1.1, allowed is an IP address",
        "WEIR_ANONYMOUS, yes, allowed is true or false",
        "WEIR_USERS, /nowhere, allowed is a readable file",
        "WEIR_USERS, alice:$2y$05$short, line 1",
        "WEIR_IDENTITIES, {\"awsAccounts\":[1]}, awsAccounts[0] '1'",
    })
    void aWrongSettingIsNamed(String name, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(name, value))
                .withMessageContaining(name)
                .withMessageContaining(message);
    }
}
