package dev.weir.local;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address by which a client reached this registry, as far as the registry can tell: {@code http://localhost:5000}.
 *
 * <p>Why: a client that pulls lazily (stargz-snapshotter) reads the parts of a blob at the {@code Location} as it stands, and knows no
 * relative one. All others do, and a relative one is right behind any proxy. So a {@code Location} is made absolute where the scheme
 * is sure: on this machine, or when a proxy tells it in {@code X-Forwarded-Proto}, which distribution's registry goes by too.
 */
final class PublicAddress {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:(?:[a-z0-9-]+\\.)*localhost|127\\.[0-9.]+|\\[::1\\])(?::[0-9]{1,5})?");

    private PublicAddress() {}

    /**
     * @param location as the registry answers it
     * @param host the {@code Host} of the request, one that {@link AllowedHosts} contains
     * @param forwardedProto its {@code X-Forwarded-Proto}
     */
    static String absolute(String location, @Nullable String host, @Nullable String forwardedProto) {
        if (host == null || !location.startsWith("/")) {
            return location;
        }
        if ("https".equals(forwardedProto) || "http".equals(forwardedProto)) {
            return forwardedProto + "://" + host + location;
        }
        boolean isHere = LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
        return forwardedProto == null && isHere ? "http://" + host + location : location;
    }
}
