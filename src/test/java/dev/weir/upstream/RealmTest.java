package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import okhttp3.HttpUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a challenge may send credentials. */
class RealmTest {
    @ParameterizedTest
    @CsvSource({
        "https://auth.docker.io/token,        https://registry-1.docker.io, true",
        "https://ghcr.io/token,               https://ghcr.io,              true",
        "https://gitlab.com/jwt/auth,         https://registry.gitlab.com,  true",
        "https://evil.example.com/token,      https://registry-1.docker.io, false",
        "https://docker.io.evil.com/token,    https://registry-1.docker.io, false",
        "https://evil.co.uk/token,            https://registry.good.co.uk,  false",
        "https://evil.github.io/token,        https://good.github.io,       false",
        "http://auth.docker.io/token,         https://registry-1.docker.io, false",
        "https://127.0.0.1/token,             https://10.0.0.1,             false",
        "http://localhost:5001/token,         http://localhost:5001,        true",
        "http://localhost:22/token,           http://localhost:5001,        false",
        "http://[::1]:5001/token,             http://[::1]:5001,            true",
        "http://other.test:5001/token,        http://localhost:5001,        false",
    })
    void staysWithinTheUpstreamsRegistrableDomain(String realm, String origin, boolean within) {
        assertThat(TokenSource.isWithin(
                        HttpUrl.get(realm),
                        HttpUrl.get(origin),
                        Set.of("localhost:5001", "other.test:5001", "[0:0:0:0:0:0:0:1]:5001")))
                .isEqualTo(within);
    }
}
