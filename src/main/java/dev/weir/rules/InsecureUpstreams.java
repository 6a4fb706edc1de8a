package dev.weir.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The upstreams that may speak http and be at loopback or private addresses. IPv6 literals are compared by their address,
 * however they are written.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the entry and what is allowed.
 *
 * @param entries {@code host:port}, in canonical spelling
 */
public record InsecureUpstreams(Set<String> entries) {
    public static final InsecureUpstreams NONE = new InsecureUpstreams(Set.of());

    private static final Pattern ENTRY = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[a-zA-Z0-9.-]+):([0-9]{1,5})");

    public InsecureUpstreams {
        entries = Set.copyOf(entries);
    }

    /** Parses {@code host:port} entries; blank ones are left out. */
    public static InsecureUpstreams parse(Collection<String> values) {
        return new InsecureUpstreams(values.stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .map(InsecureUpstreams::entry)
                .collect(Collectors.toSet()));
    }

    private static String entry(String value) {
        Matcher parts = ENTRY.matcher(value);
        if (!parts.matches() || !UpstreamUrl.isPort(parts.group(2))) {
            throw new IllegalArgumentException(
                    "WEIR_INSECURE_UPSTREAMS has '" + value + "': allowed is host:port, several joined by commas");
        }
        return canonical(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    /** @param host a name or an address, an IPv6 address with or without brackets */
    public boolean contains(String host, int port) {
        return !entries.isEmpty() && entries.contains(canonical(host, port));
    }

    private static String canonical(String host, int port) {
        String bare = host.replaceAll("^\\[|\\]$", "").toLowerCase(Locale.ROOT);
        if (bare.indexOf(':') < 0) {
            return bare + ":" + port;
        }
        try {
            // A literal is parsed, not looked up.
            return "[" + InetAddress.getByName(bare).getHostAddress() + "]:" + port;
        } catch (UnknownHostException e) {
            return "[" + bare + "]:" + port;
        }
    }
}
