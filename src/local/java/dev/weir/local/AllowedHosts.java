package dev.weir.local;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that clients may call a local registry by: {@code localhost}, names below it, IP addresses,
 * {@code host.docker.internal}, and those that the settings add.
 *
 * <p>Why: a web page can point a name of its own at 127.0.0.1 (DNS rebinding); the browser then lets the page read what the
 * registry answers, private images among it. The {@code Host} header still has the page's name.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the setting, the value and what is allowed.
 *
 * <p>Source: RFC 9110, section 7.2 (Host) and 15.5.20 (421 Misdirected Request).
 *
 * @param further names in lower case
 */
record AllowedHosts(Set<String> further) {
    static final AllowedHosts LOCAL = new AllowedHosts(Set.of());

    private static final String LOCALHOST = "localhost";
    private static final String HOST_OF_A_CONTAINER = "host.docker.internal";
    private static final Pattern HOST = Pattern.compile("(?:\\[([^\\[\\]]+)\\]|([^:\\[\\]]+?)\\.?)(?::[0-9]*)?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?");

    AllowedHosts {
        further = Set.copyOf(further);
    }

    /** @param value names between commas, without port: {@code weir.corp, cache} */
    static AllowedHosts parse(String value) {
        Set<String> names = Arrays.stream(value.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("WEIR_HOSTS is '" + value + "', which has '" + name
                        + "': allowed are host names without port, between commas");
            }
        }
        return new AllowedHosts(names);
    }

    /** Whether a {@code Host} header holds a name, and not an IP address. */
    static boolean isName(String host) {
        Matcher parts = HOST.matcher(host.strip());
        return parts.matches() && parts.group(2) != null && !NetUtil.isValidIpV4Address(parts.group(2));
    }

    /** @param host the value of a {@code Host} header, with or without a port */
    boolean contains(String host) {
        Matcher parts = HOST.matcher(host.strip());
        if (!parts.matches()) {
            return false;
        }
        if (parts.group(1) != null) {
            return NetUtil.isValidIpV6Address(parts.group(1));
        }
        String name = parts.group(2).toLowerCase(Locale.ROOT);
        return name.equals(LOCALHOST)
                || name.endsWith("." + LOCALHOST)
                || name.equals(HOST_OF_A_CONTAINER)
                || NetUtil.isValidIpV4Address(name)
                || further.contains(name);
    }
}
