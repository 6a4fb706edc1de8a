package dev.weir.rules;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, compared as values: {@code [::1]:5000} and {@code [0:0:0:0:0:0:0:1]:5000} are equal, and so are
 * {@code Registry.corp:443} and {@code registry.corp:443}.
 *
 * <p>Errors: {@link #parse} and the constructor throw {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * @param host a name in lower case, or an IP address in its one canonical form; IPv6 without brackets
 */
public record HostAndPort(String host, int port) {
    private static final Pattern TEXT =
            Pattern.compile("(?:([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)|\\[([0-9A-Fa-f:.]+)\\]):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    public HostAndPort {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                    + "' has port " + port + ": allowed is 1 to " + MAX_PORT);
        }
        host = host.contains(":") ? Ipv6.canonical(host) : host.toLowerCase(Locale.ROOT);
    }

    /** Parses {@code host:port}; an IPv6 address stands in brackets. */
    public static HostAndPort parse(String value) {
        Matcher parts = TEXT.matcher(value);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + value + "' is not host:port");
        }
        String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        return new HostAndPort(host, Integer.parseInt(parts.group(3)));
    }

    /** As it is written in settings and URLs. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
