package dev.weir.upstream.http;

import dev.weir.rules.HostAndPort;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamTimeouts;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Sends a request of the distribution API to a repository's upstream, authorized as the upstream asks. */
final class UpstreamClient {
    /** OkHttp's default is five to all hosts together; a tick asks with sixteen threads. */
    private static final int CONNECTIONS_KEPT = 64;

    private static final int MINUTES_KEPT = 2;
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";

    private final Exchange exchange;
    private final AuthorizedExchange authorized;
    private final Clock clock;
    private final Map<UpstreamAccount, RateLimit> rateLimits;

    UpstreamClient(
            Credentials credentials,
            InsecureUpstreams insecureUpstreams,
            UpstreamTimeouts timeouts,
            Optional<UpstreamProxy> proxy,
            Clock clock,
            Sleeper sleeper) {
        OkHttpClient client = through(proxy)
                .socketFactory(new AddressGuard(insecureUpstreams, proxy))
                .addNetworkInterceptor(new RetryAfterGuard())
                .connectionPool(new ConnectionPool(CONNECTIONS_KEPT, MINUTES_KEPT, TimeUnit.MINUTES))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(timeouts.connect())
                .readTimeout(timeouts.headers())
                .writeTimeout(timeouts.headers())
                .build();
        this.exchange = new Exchange(client, timeouts, clock, sleeper);
        this.clock = clock;
        this.authorized =
                new AuthorizedExchange(exchange, new TokenSource(exchange, insecureUpstreams, clock), credentials);
        this.rateLimits = new ConcurrentHashMap<>();
    }

    /** The proxies of the environment are not used. */
    private static OkHttpClient.Builder through(Optional<UpstreamProxy> proxy) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().proxy(Proxy.NO_PROXY);
        if (proxy.isEmpty()) {
            return builder;
        }
        HostAndPort address = proxy.get().address();
        builder.proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.host(), address.port())));
        proxy.get()
                .credential()
                .map(TokenSource::header)
                .ifPresent(header -> builder.proxyAuthenticator(
                        (route, response) -> response.request().header(PROXY_AUTHORIZATION) != null
                                ? null
                                : response.request()
                                        .newBuilder()
                                        .header(PROXY_AUTHORIZATION, header)
                                        .build()));
        return builder;
    }

    /** {@code https://host/v2/<upstream name>/<rest>}. */
    static HttpUrl url(UpstreamRepository repository, String rest) {
        HttpUrl origin = HttpUrl.get(repository.rule().upstreamUrl().uri());
        return origin.newBuilder()
                .addPathSegments("v2/" + repository.upstreamName() + "/" + rest)
                .build();
    }

    /**
     * The answer, whatever its status, body unread; challenges were answered before. The caller
     * closes it.
     *
     * @param shape adds method and headers
     */
    Response send(
            UpstreamRepository repository,
            HttpUrl url,
            String action,
            Deadline deadline,
            UnaryOperator<Request.Builder> shape) {
        HttpUrl origin = HttpUrl.get(repository.rule().upstreamUrl().uri());
        if (!Exchange.isSameOrigin(origin, url)) {
            throw UpstreamException.of(Kind.INVALID, action, "leads away from the upstream");
        }
        Request plain = shape.apply(new Request.Builder()
                        .url(url)
                        .header("User-Agent", "weir")
                        // Bytes are hashed as they come: no transparent gzip.
                        .header("Accept-Encoding", "identity"))
                .build();
        return noted(repository, authorized.send(plain, repository, action, deadline));
    }

    private Response noted(UpstreamRepository repository, Response response) {
        RateLimit.find(response::header, clock.instant())
                .ifPresent(limit -> rateLimits.put(repository.rule().account(), limit));
        return response;
    }

    Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return Optional.ofNullable(rateLimits.get(account));
    }

    UpstreamException failure(Response response, String action) {
        return exchange.failure(response, action);
    }
}
