package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.fake.Challenges;
import dev.weir.fake.FakeProxy;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Upstreams behind a proxy on a real socket; their names are known to it alone. */
class ProxyTest {
    private static final InsecureUpstreams INSECURE = InsecureUpstreams.parse(List.of("registry.invalid:80"));

    private final FakeUpstream fake = new FakeUpstream();
    private final FakeProxy proxy = new FakeProxy(fake.hostAndPort(), Optional.of(Challenges.basic("me", "secret")));
    private final MovableClock clock = new MovableClock();

    @AfterEach
    void stop() {
        proxy.close();
        fake.close();
    }

    private Digest pull(String upstreamUrl, String proxyUrl) {
        UpstreamRegistry registry = new HttpUpstreamRegistry(
                rule -> Optional.empty(),
                INSECURE,
                UpstreamTimeouts.DEFAULT,
                Optional.of(UpstreamProxy.parse(proxyUrl)),
                clock,
                wait -> {});
        UpstreamRepository repository = PullThroughCacheRule.of(
                        RepositoryPrefix.parse("up"), UpstreamUrl.parse(upstreamUrl, INSECURE))
                .map(RepositoryName.parse("up/a/b"))
                .orElseThrow();
        return registry.manifest(repository, Tag.parse("1"), Deadline.never(clock))
                .digest();
    }

    private UpstreamException failure(String upstreamUrl, String proxyUrl) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pull(upstreamUrl, proxyUrl));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void anHttpUpstreamIsAskedThroughTheProxy() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        assertThat(pull("http://registry.invalid", "http://me:secret@" + proxy.hostAndPort()))
                .isEqualTo(digest);
        assertThat(proxy.requestLines).contains("GET http://registry.invalid/v2/a/b/manifests/1 HTTP/1.1");
        assertThat(fake.requests())
                .allMatch(request -> request.header("Authorization").isEmpty());
    }

    @Test
    void anHttpsUpstreamIsReachedByATunnel() {
        assertThat(failure("https://registry.invalid", "http://me:secret@" + proxy.hostAndPort())
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(proxy.requestLines).contains("CONNECT registry.invalid:443 HTTP/1.1");
        assertThat(proxy.tunnelled).as("a TLS handshake record").contains(0x16);
    }

    @Test
    void aProxyThatDeniesIsAnUpstreamThatFails() {
        UpstreamException failure = failure("https://registry.invalid", "http://me:wrong@" + proxy.hostAndPort());
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("proxy").hasMessageNotContaining("wrong");
        assertThat(proxy.tunnelled).isEmpty();
    }
}
