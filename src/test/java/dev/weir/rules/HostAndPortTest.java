package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts and ports are compared as values, in settings, in rules and where a connection is made. */
class HostAndPortTest {

    @ParameterizedTest
    @CsvSource({
        "Registry.Corp:443,           registry.corp:443",
        "[::1]:5000,                  [0:0:0:0:0:0:0:1]:5000",
        "[2001:DB8::A]:443,           [2001:db8:0:0:0:0:0:000a]:443",
        "[::ffff:127.0.0.1]:5000,     127.0.0.1:5000",
        "quay.io:0443,                quay.io:443",
    })
    void spellingsOfOneHostAndPortAreEqual(String one, String other) {
        assertThat(HostAndPort.parse(one)).isEqualTo(HostAndPort.parse(other));
        assertThat(HostAndPort.parse(HostAndPort.parse(one).toString())).isEqualTo(HostAndPort.parse(one));
    }

    @ParameterizedTest
    @CsvSource({"[::1]:5000, [::1]:5001", "[::1]:5000, [::2]:5000", "a.test:443, b.test:443"})
    void othersAreNot(String one, String other) {
        assertThat(HostAndPort.parse(one)).isNotEqualTo(HostAndPort.parse(other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quay.io:0", "quay.io:65536", "quay.io:99999", "[::1]:99999"})
    void aPortOutOfRangeIsNamedWithWhatIsAllowed(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(value))
                .withMessageContaining(value)
                .withMessageContaining("allowed is 1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quay.io",
                "quay.io:",
                ":443",
                "::1:443",
                "[::1]",
                "[1:2]:443",
                "[quay.io]:443",
                "a b:1",
                "http://a:1",
                "a:1/x"
            })
    void whatIsNoHostAndPortIsRejected(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(value))
                .withMessageContaining("'");
    }

    @ParameterizedTest
    @CsvSource({
        "http://LOCALHOST:5001,                localhost:5001",
        "http://[0:0::1]:5001,                 [::1]:5001",
        "http://registry.corp,                 Registry.Corp:80",
    })
    void aRuleMayUseHttpWhereItsHostIsListedInAnySpelling(String url, String listed) {
        assertThat(UpstreamUrl.parse(url, InsecureUpstreams.parse(Set.of(listed)))
                        .scheme())
                .isEqualTo("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quay.io:0", "https://quay.io:99999", "[::1]:65536"})
    void aRuleWithAPortOutOfRangeIsRejectedByItsValue(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpstreamUrl.parse(url, InsecureUpstreams.NONE))
                .withMessageContaining("upstream registry URL '" + url + "'")
                .withMessageContaining("allowed is 1 to 65535");
    }
}
