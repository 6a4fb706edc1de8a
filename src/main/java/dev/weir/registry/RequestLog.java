package dev.weir.registry;

import dev.weir.oci.Printable;
import dev.weir.oci.RegistryException;
import dev.weir.pull.PullFailedException;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** One log line a request. Shape: {@code route=manifest rule=docker-hub … durationMs=12 requestId=…}. */
final class RequestLog {
    private static final int MAX_MESSAGE = 300;
    private static final Logger LOG = System.getLogger("dev.weir.registry");

    private final RegistryRequest request;
    private final long startedNanos = System.nanoTime();
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private RequestLog(RegistryRequest request) {
        this.request = request;
    }

    static RequestLog of(RegistryRequest request) {
        return new RequestLog(request);
    }

    void route(Route route) {
        fields.put("route", route.name());
        if (route instanceof Route.OfManifest manifest) {
            fields.put("reference", manifest.reference());
        } else if (route instanceof Route.OfBlob blob) {
            fields.put("reference", blob.digest());
        } else if (route instanceof Route.OfAwaitedBlob awaited) {
            fields.put("reference", awaited.digest());
        } else if (route instanceof Route.OfReferrers referrers) {
            fields.put("reference", referrers.digest());
        }
    }

    void repository(Repository repository) {
        if (repository instanceof UpstreamRepository cached) {
            fields.put("rule", cached.rule().repositoryPrefix());
        }
        fields.put("repository", repository.name());
    }

    void failed(RegistryException e) {
        if (e instanceof PullFailedException failed) {
            failed.status().forwardStatus().ifPresent(status -> fields.put("upstreamStatus", status));
        }
        fields.put("error", Printable.of(String.valueOf(e.getMessage()), MAX_MESSAGE));
    }

    void bug(RuntimeException e) {
        LOG.log(Level.ERROR, "request " + request.requestId() + " failed", e);
    }

    void write(int status, String cacheStatus) {
        fields.put("status", status);
        fields.put("outcome", '"' + cacheStatus + '"');
        fields.put("durationMs", (System.nanoTime() - startedNanos) / 1_000_000);
        fields.put("requestId", request.requestId());
        String line = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
        LOG.log(Level.INFO, Printable.of(request.method()) + " " + line);
    }
}
