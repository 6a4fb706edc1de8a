package dev.weir.access.oidc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Condition keys from the claims of a verified token: {@code oidc:<claim>} for each, members of an object as
 * {@code oidc:kubernetes.io/namespace}; {@code <issuer>:sub} and {@code <issuer>:aud} as IAM's trust policies name them, and
 * {@code aws:FederatedProvider}, the issuer.
 *
 * <p>Bounds: 64 keys, 512 characters a value, 4,096 in all, because the gateway hands them on. A token that has more is rejected:
 * were claims left out, a condition that denies could miss one.
 */
final class ClaimKeys {
    private static final int MAX_KEYS = 64;
    private static final int MAX_VALUE = 512;
    private static final int MAX_ALL = 4096;
    private static final int MAX_DEPTH = 4;
    /** Say when and which token, not who. */
    private static final Set<String> NOT_OF_THE_IDENTITY = Set.of("exp", "iat", "nbf", "jti");

    private final Map<String, List<String>> keys = new TreeMap<>();
    private int characters;
    private boolean isTooLarge;

    private ClaimKeys() {}

    /** Empty when there is more than the bounds allow. */
    static Optional<Map<String, List<String>>> of(OidcIssuer issuer, Map<String, Object> claims) {
        ClaimKeys made = new ClaimKeys();
        claims.forEach((name, value) -> {
            if (!NOT_OF_THE_IDENTITY.contains(name)) {
                made.add("oidc:" + name, value, 0);
            }
        });
        for (String name : List.of("sub", "aud")) {
            made.add(issuer.provider() + ":" + name, claims.getOrDefault(name, ""), 0);
        }
        made.add("aws:FederatedProvider", issuer.provider(), 0);
        return made.isTooLarge ? Optional.empty() : Optional.of(made.keys);
    }

    private void add(String name, @Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> members && depth < MAX_DEPTH) {
            members.forEach((member, inner) -> add(name + "/" + member, inner, depth + 1));
        } else if (value instanceof Collection<?> elements) {
            put(name, elements.stream().map(String::valueOf).toList());
        } else {
            put(name, List.of(String.valueOf(value)));
        }
    }

    private void put(String name, List<String> values) {
        characters += name.length();
        for (String value : values) {
            characters += value.length();
            isTooLarge |= value.length() > MAX_VALUE;
        }
        List<String> all = new ArrayList<>(keys.getOrDefault(name, List.of()));
        all.addAll(values);
        keys.put(name, List.copyOf(all));
        isTooLarge |= characters > MAX_ALL || keys.size() > MAX_KEYS;
    }
}
