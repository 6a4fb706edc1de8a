package dev.weir.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who calls, once that is known.
 *
 * <p>Shape of the name: {@code weir:user/<name>}, {@code weir:key/<name>}, {@code weir:anonymous}, {@code oidc:<issuer>:<subject>},
 * or the ARN of an IAM principal or of one of Weir's roles, without a session.
 *
 * @param name as policies write it
 * @param keys values of the condition keys that the identity brings along, such as {@code aws:PrincipalArn} or {@code oidc:sub}
 */
public record Principal(String name, Map<String, List<String>> keys) {
    /** The caller, where callers are not asked who they are. */
    public static final Principal ANONYMOUS = new Principal("weir:anonymous", Map.of());

    private static final String SOURCE_IP = "aws:SourceIp";
    private static final String USER_PREFIX = "weir:user/";
    private static final String KEY_PREFIX = "weir:key/";

    public Principal {
        keys = Map.copyOf(keys);
    }

    /** One of the users with a password. */
    public static Principal user(String username) {
        return new Principal(USER_PREFIX + username, Map.of());
    }

    /** Whoever signs with one of the control keys. */
    public static Principal key(String name) {
        return new Principal(KEY_PREFIX + name, Map.of());
    }

    /** The same principal, whose {@code aws:SourceIp} is that of this request. */
    public Principal from(ClientAddress address) {
        Map<String, List<String>> more = new HashMap<>(keys);
        if (address.equals(ClientAddress.UNKNOWN)) {
            more.remove(SOURCE_IP);
        } else {
            more.put(SOURCE_IP, List.of(address.value()));
        }
        return new Principal(name, more);
    }

    @Override
    public String toString() {
        return name;
    }
}
