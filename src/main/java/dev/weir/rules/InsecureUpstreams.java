package dev.weir.rules;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The upstreams that may speak http and be at loopback or private addresses.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the entry and what is allowed.
 */
public record InsecureUpstreams(Set<HostAndPort> entries) {
    public static final InsecureUpstreams NONE = new InsecureUpstreams(Set.of());

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

    private static HostAndPort entry(String value) {
        try {
            return HostAndPort.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "WEIR_INSECURE_UPSTREAMS has '" + value
                            + "': allowed is host:port with a port from 1 to 65535, several joined by commas",
                    e);
        }
    }

    /** @param host a name or an address, an IPv6 address with or without brackets */
    public boolean contains(String host, int port) {
        return !entries.isEmpty() && entries.contains(new HostAndPort(host.replaceAll("^\\[|\\]$", ""), port));
    }
}
