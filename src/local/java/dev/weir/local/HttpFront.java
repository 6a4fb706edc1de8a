package dev.weir.local;

import dev.weir.access.ClientAddress;
import dev.weir.access.Principal;
import dev.weir.control.ControlHandler;
import dev.weir.oci.Printable;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.time.DaemonThreads;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Turns HTTP requests into registry requests and answers back. The registry blocks, so each request has a thread of its own
 * while it is answered; signed blob URLs are answered on the event loop.
 *
 * <p>Bodies of requests are not read but for the admin API, since the registry only answers pulls; one of more than 1 MiB ends the connection.
 *
 * <p>Errors: 421 for a {@code Host} that is not in {@link AllowedHosts}, 400 for a path or query with a malformed escape, 429 while all threads are taken.
 */
final class HttpFront implements Handler<HttpServerRequest>, AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpFront.class.getName());
    private static final int MAX_THREADS = 256;
    private static final long MAX_BODY_BYTES = 1024 * 1024;

    private final Function<RegistryRequest, RegistryResponse> registry;
    private final Optional<BlobRoute> blobs;
    private final Optional<ControlRoute> control;
    private final AllowedHosts hosts;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 20, TimeUnit.SECONDS, new SynchronousQueue<>(), DaemonThreads.named("weir-request"));

    /** Before a whole registry: pulls, signed blob URLs, the admin API. */
    static HttpFront of(LocalRegistry registry, AllowedHosts hosts) {
        return new HttpFront(registry::answer, registry.files(), Optional.of(registry.control()), hosts);
    }

    /** @param contents what signed blob URLs read; empty when the blobs are in S3 */
    HttpFront(Function<RegistryRequest, RegistryResponse> registry, Optional<FileContentStore> contents) {
        this(registry, contents, Optional.empty(), AllowedHosts.LOCAL);
    }

    /**
     * @param contents what signed blob URLs read; empty when the blobs are in S3
     * @param control the admin API
     * @param hosts the names that clients may call this server by
     */
    HttpFront(
            Function<RegistryRequest, RegistryResponse> registry,
            Optional<FileContentStore> contents,
            Optional<ControlHandler> control,
            AllowedHosts hosts) {
        this.registry = registry;
        this.blobs = contents.map(BlobRoute::new);
        this.control = control.map(ControlRoute::new);
        this.hosts = hosts;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Optional<String> denied = request.headers().getAll("Host").stream()
                .filter(host -> !hosts.contains(host))
                .findFirst();
        if (denied.isPresent()) {
            TextAnswer.send(
                    request,
                    421,
                    "this registry is not called '" + Printable.of(denied.get())
                            + "': call it localhost or by its IP address, or add that name to WEIR_HOSTS");
            return;
        }
        if (blobs.isPresent() && request.path().startsWith(BlobUrls.PATH_PREFIX)) {
            blobs.get().answer(request);
            return;
        }
        if (control.isPresent() && control.get().serves(request)) {
            control.get().answer(request);
            return;
        }
        boundBody(request);
        try {
            RegistryRequest asked = registryRequest(request);
            Context context = Vertx.currentContext();
            threads.execute(() -> answer(asked, request, context));
        } catch (IllegalArgumentException e) {
            TextAnswer.send(request, 400, "the path or the query of the request has a malformed % escape");
        } catch (RejectedExecutionException e) {
            request.response().putHeader("Retry-After", "1");
            TextAnswer.send(request, 429, MAX_THREADS + " requests are being answered already; try again in a second");
        }
    }

    private static void boundBody(HttpServerRequest request) {
        long[] bytes = {0};
        request.handler(part -> {
            bytes[0] += part.length();
            if (bytes[0] > MAX_BODY_BYTES) {
                request.connection().close();
            }
        });
    }

    private void answer(RegistryRequest asked, HttpServerRequest request, Context context) {
        try {
            RegistryResponse answer = registry.apply(asked);
            context.runOnContext(unused -> send(answer, request));
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "request " + asked.requestId() + " was not answered", e);
            context.runOnContext(unused -> request.response().setStatusCode(500).end());
        }
    }

    private static void send(RegistryResponse answer, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach((name, value) -> response.putHeader(name, seenBy(request, name, value)));
        response.end(HttpMethod.HEAD.equals(request.method()) ? Buffer.buffer() : Buffer.buffer(answer.body()));
    }

    private static String seenBy(HttpServerRequest request, String name, String value) {
        return name.equals("Location")
                ? PublicAddress.absolute(value, request.getHeader("Host"), request.getHeader("X-Forwarded-Proto"))
                : value;
    }

    private static RegistryRequest registryRequest(HttpServerRequest request) {
        String query = request.query();
        return new RegistryRequest(
                request.method().name(),
                new QueryStringDecoder(request.path()).path(),
                query == null ? Map.of() : new QueryStringDecoder(query, false).parameters(),
                byLowerCaseName(request.headers()),
                UUID.randomUUID().toString(),
                Principal.ANONYMOUS.from(
                        ClientAddress.of(request.remoteAddress().hostAddress())));
    }

    static Map<String, List<String>> byLowerCaseName(MultiMap headers) {
        Map<String, List<String>> values = new TreeMap<>();
        for (String name : headers.names()) {
            values.put(name.toLowerCase(Locale.ROOT), headers.getAll(name));
        }
        return values;
    }

    @Override
    public void close() {
        control.ifPresent(ControlRoute::close);
        threads.shutdownNow();
    }
}
