package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.MovableClock;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credential;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of the connections to an upstream. */
class AuthorizedExchangeTest {
    private final FakeUpstream fake = new FakeUpstream();
    private final InsecureUpstreams insecure = InsecureUpstreams.parse(List.of(fake.hostAndPort()));
    private final MovableClock clock = new MovableClock();
    private final OkHttpClient client = new OkHttpClient();
    private final Exchange exchange = new Exchange(client, UpstreamTimeouts.DEFAULT, clock, wait -> {});
    private final AuthorizedExchange authorized = new AuthorizedExchange(
            exchange, new TokenSource(exchange, insecure, clock), rule -> Optional.of(new Credential("me", "pw")));

    @AfterEach
    void stop() {
        fake.close();
    }

    private UpstreamRepository repository() {
        return PullThroughCacheRule.of(
                        RepositoryPrefix.parse("up"), UpstreamUrl.parse("http://" + fake.hostAndPort(), insecure))
                .map(RepositoryName.parse("up/a/b"))
                .orElseThrow();
    }

    /** A 404 with a body to a stranger, a challenge at the base, and 503 to who answers it. */
    private static boolean failsWhoIsKnown(HttpExchange exchange) throws IOException {
        if (exchange.getRequestHeaders().containsKey("Authorization")) {
            exchange.sendResponseHeaders(503, -1);
        } else if (exchange.getRequestURI().getPath().equals("/v2/")) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            exchange.sendResponseHeaders(401, -1);
        } else {
            exchange.sendResponseHeaders(404, 4);
            exchange.getResponseBody().write(new byte[4]);
        }
        return true;
    }

    @Test
    void a404IsClosedWhereTheRequestWithTheCredentialFails() {
        fake.misbehave(AuthorizedExchangeTest::failsWhoIsKnown);
        Request request = new Request.Builder()
                .url(UpstreamClient.url(repository(), "manifests/1"))
                .build();
        UpstreamException failure = catchThrowableOfType(
                UpstreamException.class,
                () -> authorized.send(request, repository(), "fetch a/b", Deadline.never(clock)));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(client.connectionPool().connectionCount())
                .as("connections, all of them free again")
                .isEqualTo(client.connectionPool().idleConnectionCount());
    }
}
