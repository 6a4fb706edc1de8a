package dev.weir.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigningKeysDocumentTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    @Test
    void theNewestKeySignsOnceEveryProcessKnowsIt() {
        SigningKeySet keys = SigningKeysDocument.parse("{\"k1\":\"" + SECRET + "\",\"k2\":{\"secret\":\"" + SECRET
                + "\",\"createdAt\":\"2026-11-25T12:00:00Z\"}}");
        assertThat(keys.signing(NOON.plusSeconds(119)).id()).isEqualTo("k1");
        assertThat(keys.signing(NOON.plusSeconds(120)).id()).isEqualTo("k2");
        assertThat(keys.find("k1")).isPresent();
        assertThat(keys.find("k3")).isEmpty();
    }

    @Test
    void aLoneNewKeySignsAtOnce() {
        SigningKeySet keys = SigningKeysDocument.parse(
                "{\"k2\":{\"secret\":\"" + SECRET + "\",\"createdAt\":\"2026-11-25T12:00:00Z\"}}");
        assertThat(keys.signing(NOON).id()).isEqualTo("k2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hunter2 | is not JSON",
                "[] | is not a JSON object of key ids",
                "{} | has no key: allowed is one or more",
                "{\"notBefore\":{}} | has no key: allowed is one or more",
                "{\"k 1\":\"0123456789abcdef0123456789abcdef\"} | has a key id that is not allowed: allowed are 1 to 32 letters, digits, _ and -",
                "{\"k1\":\"hunter2\"} | has a wrong secret at the key 'k1': allowed are 32 to 256 printable characters without spaces",
                "{\"k1\":7} | has a wrong secret at the key 'k1': allowed are 32 to 256 printable characters without spaces",
                "{\"k1\":{\"secret\":\"0123456789abcdef0123456789abcdef\"}} | has a wrong createdAt of k1: allowed is a time such as 2026-11-25T10:00:00Z",
                "{\"k1\":\"0123456789abcdef0123456789abcdef\",\"notBefore\":{\"weir:user/a\":\"soon\"}}"
                        + " | has a wrong notBefore of a principal: allowed is a time such as 2026-11-25T10:00:00Z",
            })
    void aMalformedTextIsNamedAndNotQuoted(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeysDocument.parse(text))
                .withMessage(message)
                .withNoCause();
    }

    @Test
    void aKeyPrintsWithoutItsSecret() {
        assertThat(SigningKeysDocument.parse("{\"k1\":\"" + SECRET + "\"}").toString())
                .contains("k1")
                .doesNotContain(SECRET);
    }
}
