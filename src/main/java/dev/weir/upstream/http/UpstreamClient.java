package dev.weir.upstream.http;

import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamTimeouts;
import java.net.Proxy;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Sends a request of the distribution API to a repository's upstream, authorized as the upstream asks. */
final class UpstreamClient {
    private final Exchange exchange;
    private final TokenSource tokens;
    private final Clock clock;
    private final Map<UpstreamUrl, RateLimit> rateLimits;

    UpstreamClient(
            Credentials credentials,
            InsecureUpstreams insecureUpstreams,
            UpstreamTimeouts timeouts,
            Clock clock,
            Sleeper sleeper) {
        OkHttpClient client = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .socketFactory(new AddressGuard(insecureUpstreams))
                .addNetworkInterceptor(new RetryAfterGuard())
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(timeouts.connect())
                .readTimeout(timeouts.headers())
                .writeTimeout(timeouts.headers())
                .build();
        this.exchange = new Exchange(client, timeouts, clock, sleeper);
        this.clock = clock;
        this.tokens = new TokenSource(exchange, credentials, insecureUpstreams, clock);
        this.rateLimits = new ConcurrentHashMap<>();
    }

    /** {@code https://host/v2/<upstream name>/<rest>}. */
    static HttpUrl url(UpstreamRepository repository, String rest) {
        HttpUrl origin = HttpUrl.get(repository.rule().upstreamUrl().uri());
        return origin.newBuilder()
                .addPathSegments("v2/" + repository.upstreamName() + "/" + rest)
                .build();
    }

    /**
     * The answer, whatever its status, body unread; a 401 was answered once with fresh authorization before. The caller
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
        Response first = exchange.send(authorized(plain, tokens.cached(origin, repository)), action, deadline);
        if (first.code() != 401) {
            return noted(repository, first);
        }
        String header;
        try (first) {
            header = tokens.authorize(first, origin, repository, action, deadline);
        }
        return noted(repository, exchange.send(authorized(plain, Optional.of(header)), action, deadline));
    }

    private Response noted(UpstreamRepository repository, Response response) {
        RateLimit.find(response::header, clock.instant())
                .ifPresent(limit -> rateLimits.put(repository.rule().upstreamUrl(), limit));
        return response;
    }

    Optional<RateLimit> rateLimit(UpstreamUrl upstream) {
        return Optional.ofNullable(rateLimits.get(upstream));
    }

    private static Request authorized(Request request, Optional<String> header) {
        return header.map(value ->
                        request.newBuilder().header("Authorization", value).build())
                .orElse(request);
    }

    UpstreamException failure(Response response, String action) {
        return exchange.failure(response, action);
    }
}
