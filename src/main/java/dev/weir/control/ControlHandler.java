package dev.weir.control;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The admin API: picks the service by the path. Clients write an endpoint with and without a slash at its end.
 *
 * <p>The Java SDK's STS client leaves the endpoint's path out. So {@code POST /} is taken too, where the protocol tells the service:
 * a call of ECR names its operation in {@code X-Amz-Target}, one of STS in a form.
 */
public final class ControlHandler {
    private static final String ROOT = "/";
    private static final String ECR = "/ecr";
    private static final String STS = "/sts";

    private final Map<String, Service> services;

    /** What one path leads to. */
    @FunctionalInterface
    public interface Service {
        /** Errors: none leave; every exception is an answer in the service's own words. */
        ControlResponse handle(ControlRequest request);
    }

    /** @param services by path without the slash at its end: {@code /ecr}, {@code /sts} */
    public ControlHandler(Map<String, Service> services) {
        this.services = Map.copyOf(services);
    }

    /** Whether a request is of this API. Of {@code /}, which is nobody's, only what clients of AWS send. */
    public boolean serves(String method, String path) {
        return path.equals(ROOT) ? method.equals("POST") : services.containsKey(withoutSlash(path));
    }

    public ControlResponse handle(ControlRequest request) {
        Service service = services.get(endpoint(request));
        if (service == null) {
            return text(404, "the admin API has " + String.join(" and ", services.keySet()));
        }
        if (!request.method().equals("POST")) {
            return text(405, request.path() + " takes POST: use it as the endpoint URL of an AWS client");
        }
        if (request.body().length > ControlRequest.MAX_BODY_BYTES) {
            return text(413, "a request body is at most " + ControlRequest.MAX_BODY_BYTES + " bytes");
        }
        return service.handle(request);
    }

    private static String endpoint(ControlRequest request) {
        if (!request.path().equals(ROOT)) {
            return withoutSlash(request.path());
        }
        return request.header("x-amz-target").isPresent() ? ECR : STS;
    }

    private static String withoutSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static ControlResponse text(int status, String line) {
        return new ControlResponse(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
