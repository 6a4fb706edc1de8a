package dev.weir.access.policy;

import dev.weir.access.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who wants to do what to what, and all that conditions may ask about it.
 *
 * @param action such as {@code ecr:BatchGetImage}
 * @param resource an ARN, or a repository's name
 * @param keys values by condition key, the principal's included; names count without their case, and a key without a value is
 *     missing
 */
public record AccessRequest(Principal principal, String action, String resource, Map<String, List<String>> keys) {

    public AccessRequest {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(principal.keys());
        keys.forEach((name, values) -> all.put(name, List.copyOf(values)));
        keys = Collections.unmodifiableMap(all);
    }

    /** The same request with further keys; those of the same name are replaced. */
    public AccessRequest with(Map<String, List<String>> more) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(keys);
        all.putAll(more);
        return new AccessRequest(principal, action, resource, all);
    }

    /** Empty when the request has no such key. */
    List<String> values(String key) {
        return keys.getOrDefault(key, List.of());
    }
}
