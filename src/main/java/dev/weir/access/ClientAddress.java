package dev.weir.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The IP address that a request comes from, as the front saw it: never what a header says.
 *
 * <p>Shape: an IPv4 or IPv6 address, or empty where the front knows none.
 */
public record ClientAddress(String value) {
    public static final ClientAddress UNKNOWN = new ClientAddress("");

    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int GROUPS_OF_A_NETWORK = 4;

    /** {@link #UNKNOWN} for text that is not an IP address. Resolves no name. */
    public static ClientAddress of(String text) {
        return find(text) == null ? UNKNOWN : new ClientAddress(text);
    }

    private static @Nullable InetAddress find(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** What failures are counted under: an IPv4 address, or the first 64 bits of an IPv6 one, all of which one host may use. */
    String network() {
        if (!(find(value) instanceof Inet6Address address)) {
            return value;
        }
        byte[] bytes = address.getAddress();
        StringBuilder network = new StringBuilder();
        for (int group = 0; group < GROUPS_OF_A_NETWORK; group++) {
            network.append(Integer.toHexString((bytes[2 * group] & 0xff) << 8 | (bytes[2 * group + 1] & 0xff)))
                    .append(':');
        }
        return network.append(":/64").toString();
    }

    @Override
    public String toString() {
        return value;
    }
}
