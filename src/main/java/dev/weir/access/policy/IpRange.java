package dev.weir.access.policy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Addresses that share their first bits: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address. Nothing is looked up.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException}.
 *
 * @param prefix the bits that they share
 * @param bits how many those are
 * @param addressBits 32 or 128
 */
record IpRange(BigInteger prefix, int bits, int addressBits) {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=[^:]*:)[0-9a-fA-F:.]{2,45}");
    private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

    static IpRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(slash < 0 ? text : text.substring(0, slash));
        int longest = address.length * 8;
        int bits = slash < 0 ? longest : bits(text, text.substring(slash + 1), longest);
        return new IpRange(first(address, bits), bits, longest);
    }

    private static int bits(String text, String number, int longest) {
        if (!BITS.matcher(number).matches() || Integer.parseInt(number) > longest) {
            throw malformed(text);
        }
        return Integer.parseInt(number);
    }

    boolean contains(String address) {
        byte[] bytes = address(address);
        return bytes.length * 8 == addressBits && first(bytes, bits).equals(prefix);
    }

    private static BigInteger first(byte[] address, int bits) {
        return new BigInteger(1, address).shiftRight(address.length * 8 - bits);
    }

    private static byte[] address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            throw malformed(text);
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is not an address or a range such as 10.0.0.0/8");
    }
}
