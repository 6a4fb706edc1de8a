package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.registry.RegistryResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicAddressTest {
    @ParameterizedTest(name = "Host {0}, X-Forwarded-Proto {1}")
    @CsvSource({
        "localhost:5000, , http://localhost:5000/blobs/a?b=c",
        "LOCALHOST, , http://LOCALHOST/blobs/a?b=c",
        "weir.localhost:5000, , http://weir.localhost:5000/blobs/a?b=c",
        "127.0.0.1:5000, , http://127.0.0.1:5000/blobs/a?b=c",
        "[::1]:5000, , http://[::1]:5000/blobs/a?b=c",
        "weir.corp, https, https://weir.corp/blobs/a?b=c",
        "weir.corp:8443, http, http://weir.corp:8443/blobs/a?b=c",
        "localhost:5000, https, https://localhost:5000/blobs/a?b=c"
    })
    void aLocationIsAbsoluteWhereTheSchemeIsSure(String host, String forwardedProto, String expected) {
        assertThat(PublicAddress.absolute("/blobs/a?b=c", host, forwardedProto)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "Host {0}, X-Forwarded-Proto {1}")
    @CsvSource({
        "weir.corp, ",
        "10.0.0.5:5000, ",
        "localhost.corp, ",
        ", ",
        ", https",
        "weir.corp, gopher",
        "localhost:5000, 'https, http'"
    })
    void elsewhereItStaysRelativeToWhatTheClientCalled(String host, String forwardedProto) {
        assertThat(PublicAddress.absolute("/blobs/a?b=c", host, forwardedProto)).isEqualTo("/blobs/a?b=c");
    }

    @ParameterizedTest
    @CsvSource({"https://weir.s3.amazonaws.com/blobs/a", "http://127.0.0.1:9000/weir/blobs/a"})
    void aLocationElsewhereIsLeftAlone(String location) {
        assertThat(PublicAddress.absolute(location, "localhost:5000", "https")).isEqualTo(location);
    }

    @Test
    void theServerAnswersWithTheAddressThatWasCalled() throws Exception {
        RegistryResponse redirect = new RegistryResponse(307, Map.of("Location", "/blobs/a?b=c"), new byte[0]);
        try (LocalServer server = LocalServer.start(0, new HttpFront(request -> redirect, Optional.empty()))) {
            String address = "http://localhost:" + server.port();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v2/a/blobs/b"))
                    .build();

            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .headers()
                            .firstValue("Location"))
                    .contains(address + "/blobs/a?b=c");
        }
    }
}
