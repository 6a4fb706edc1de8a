package dev.weir.registry;

import dev.weir.access.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A request as any front hands it in.
 *
 * @param path decoded, from {@code /v2} on, without the query
 * @param query decoded values by name, as the client spelled it
 * @param headers values by lower-case name
 * @param requestId what the front calls this request in its own log
 * @param principal who calls, as far as the front knows
 */
public record RegistryRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        String requestId,
        Principal principal) {

    /** A request of a front that does not ask who calls. */
    public RegistryRequest(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            String requestId) {
        this(method, path, query, headers, requestId, Principal.ANONYMOUS);
    }

    /** The same request of a caller who is known. */
    public RegistryRequest by(Principal known) {
        return new RegistryRequest(method, path, query, headers, requestId, known);
    }

    Optional<String> queryValue(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    Optional<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of()).stream().findFirst();
    }

    List<String> headerValues(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of());
    }

    /** {@code &ns=} and the registry that a mirror is asked on behalf of, for a URL that leads back here; empty without one. */
    String nsParameter() {
        return queryValue("ns").map(value -> "&ns=" + Page.encoded(value)).orElse("");
    }

    /** {@code &name=value} of each parameter but {@code left}, for a URL that leads back here. */
    String parametersWithout(String left) {
        return query.entrySet().stream()
                .filter(parameter -> !parameter.getKey().equals(left))
                .flatMap(parameter -> parameter.getValue().stream()
                        .map(value -> "&" + Page.encoded(parameter.getKey()) + "=" + Page.encoded(value)))
                .collect(Collectors.joining());
    }

    /** Whether a client would call this registry by that name. */
    boolean isFor(String registry) {
        return header("host").filter(registry::equalsIgnoreCase).isPresent();
    }

    boolean isHead() {
        return method.equals("HEAD");
    }
}
