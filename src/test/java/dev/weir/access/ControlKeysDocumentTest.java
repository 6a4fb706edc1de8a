package dev.weir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlKeysDocumentTest {
    private static final String SECRET = "0123456789abcdef";

    @Test
    void aKeyHasASecretANameAndARole() {
        assertThat(ControlKeysDocument.parse(
                        "{\"WATCH\":{\"secret\":\"0123456789abcdef\",\"name\":\"dashboard\",\"role\":\"read\"}}"))
                .isEqualTo(Map.of("WATCH", new ControlKey(SECRET, "dashboard", Caller.Role.READ)));
    }

    @Test
    void aSecretAloneIsAnAdminKeyNamedByItsId() {
        assertThat(ControlKeysDocument.parse("{\"weir\":\"0123456789abcdef\"}"))
                .isEqualTo(Map.of("weir", new ControlKey(SECRET, "weir", Caller.Role.ADMIN)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hunter2 | is not JSON",
                "[\"hunter2\"] | is not a JSON object of access key ids",
                "{\"a\":\"0123456789abcdef\"} | has an access key id that is not allowed",
                "{\"WEIR0123\":\"0123456789abcdef\"} | has an access key id that is not allowed",
                "{\"abc\":\"hunter2\"} | has a wrong 'secret' at the key 'abc'",
                "{\"abc\":{\"secret\":\"0123456789abcdef\",\"role\":\"read\"}} | has a wrong 'name' at the key 'abc'",
                "{\"abc\":{\"secret\":\"0123456789abcdef\",\"name\":\"n\",\"role\":\"derived\"}} | has a wrong 'role' at the key 'abc'",
                "{\"abc\":7} | has a wrong 'secret' at the key 'abc'",
            })
    void aMalformedTextIsNamedAndNotQuoted(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlKeysDocument.parse(text))
                .withMessageStartingWith(message)
                .withMessageNotContaining("hunter2")
                .withNoCause();
    }
}
