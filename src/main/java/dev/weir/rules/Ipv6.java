package dev.weir.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The text of IPv6 addresses. */
final class Ipv6 {
    private Ipv6() {}

    /**
     * One spelling for each address: eight groups, none of them shortened.
     *
     * @param text with a colon in it, so that it is never looked up as a name
     */
    static String canonical(String text) {
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv6 address", e);
        }
    }
}
