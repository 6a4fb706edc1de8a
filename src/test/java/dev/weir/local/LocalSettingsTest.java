package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.rules.HostAndPort;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.UpstreamProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSettingsTest {
    @Test
    void hasADefaultForEverything() {
        LocalSettings settings = LocalSettings.of(Map.of());
        assertThat(settings.port()).isEqualTo(5000);
        assertThat(settings.data()).isEqualTo(Path.of(".weir"));
        assertThat(settings.refreshInterval()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.rules().rules()).hasSize(8);
        assertThat(settings.embedded()).isTrue();
        assertThat(LocalSettings.of(Map.of("AWS_ENDPOINT_URL", "http://localhost:4566"))
                        .embedded())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "WEIR_PORT, http",
        "WEIR_PORT, 0",
        "WEIR_PORT, 65536",
        "WEIR_REFRESH_INTERVAL, 24h",
        "WEIR_REFRESH_INTERVAL, PT0S",
        "WEIR_RULES, no/such/file.json",
        "WEIR_RULES, pom.xml",
        "WEIR_UPSTREAM_PROXY, proxy:3128",
        "WEIR_UPSTREAM_PROXY, https://proxy:3128",
        "WEIR_UPSTREAM_PROXY, http://proxy",
        "WEIR_UPSTREAM_PROXY, http://proxy:99999",
        "WEIR_UPSTREAM_PROXY, http://proxy:3128/path",
        "WEIR_HOSTS, weir:5000",
        "WEIR_HOSTS, http://weir",
        "WEIR_HOSTS, *",
        "WEIR_INSECURE_UPSTREAMS, localhost",
        "WEIR_INSECURE_UPSTREAMS, http://localhost:1",
        "WEIR_INSECURE_UPSTREAMS, localhost:99999",
        "WEIR_INSECURE_UPSTREAMS, ::1:5000",
    })
    void aBadSettingIsNamedWithItsValueInOneLine(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalSettings.of(Map.of(name, value)))
                .withMessageContaining(name)
                .withMessageContaining(value)
                .withMessageNotContaining("\n");
    }

    @Test
    void aProxyIsReadWithItsPasswordWhichNoMessageShows() {
        assertThat(LocalSettings.of(Map.of("WEIR_UPSTREAM_PROXY", "")).upstreamProxy())
                .isEmpty();
        assertThat(LocalSettings.of(Map.of("WEIR_UPSTREAM_PROXY", "http://me:p%40ss+@[::1]:3128"))
                        .upstreamProxy())
                .contains(
                        new UpstreamProxy(HostAndPort.parse("[::1]:3128"), Optional.of(new Credential("me", "p@ss+"))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocalSettings.of(Map.of("WEIR_UPSTREAM_PROXY", "http://me:secret@proxy")))
                .withMessageContaining("http://***@proxy")
                .withMessageNotContaining("secret");
    }

    @Test
    void furtherHostsAreReadInLowerCase() {
        assertThat(LocalSettings.of(Map.of("WEIR_HOSTS", " Weir.Corp,cache,")).hosts())
                .isEqualTo(new AllowedHosts(Set.of("weir.corp", "cache")));
        assertThat(LocalSettings.of(Map.of()).hosts()).isEqualTo(AllowedHosts.LOCAL);
    }

    @Test
    void insecureUpstreamsAreReadAsHostsAndPorts() {
        assertThat(LocalSettings.of(Map.of("WEIR_INSECURE_UPSTREAMS", " Registry.Corp:80, [::1]:5001,"))
                        .insecureUpstreams()
                        .entries())
                .extracting(HostAndPort::toString)
                .containsExactlyInAnyOrder("registry.corp:80", "[0:0:0:0:0:0:0:1]:5001");
    }

    @Test
    void takesUpstreamCredentialsFromDockersConfig(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"bWU6cHc=\"},\"quay.io\":{\"auth\":\"???\"}}}");
        DockerConfigCredentials credentials = DockerConfigCredentials.of(Map.of("DOCKER_CONFIG", folder.toString()));
        assertThat(credentials.find(rule("registry-1.docker.io"))).hasValueSatisfying(credential -> {
            assertThat(credential.username()).isEqualTo("me");
            assertThat(credential.accessToken()).isEqualTo("pw");
            assertThat(credential.toString()).doesNotContain("pw");
        });
        assertThat(credentials.find(rule("quay.io"))).isEmpty();
        assertThat(credentials.find(rule("ghcr.io"))).isEmpty();
        assertThat(DockerConfigCredentials.of(Map.of("DOCKER_CONFIG", "/no/such/folder"))
                        .find(rule("quay.io")))
                .isEmpty();
    }

    private static PullThroughCacheRule rule(String url) {
        return PullThroughCacheRule.of(RepositoryPrefix.parse("up"), UpstreamUrl.parse(url, InsecureUpstreams.NONE));
    }
}
