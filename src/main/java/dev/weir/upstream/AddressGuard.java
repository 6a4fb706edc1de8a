package dev.weir.upstream;

import dev.weir.rules.HostAndPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import javax.net.SocketFactory;

/**
 * Makes sockets that refuse to connect to addresses no upstream has: loopback, link-local (the metadata service), private,
 * unspecified, multicast. Checked at connect, after resolution, so that no name can resolve to one thing when checked and
 * to another when dialled.
 *
 * <p>Errors: connect throws {@link ForbiddenAddressException}.
 */
final class AddressGuard extends SocketFactory {
    private final Set<String> insecureUpstreams;

    /** @param insecureUpstreams {@code host:port} entries, as {@link HostAndPort} spells them, whose addresses are not checked */
    AddressGuard(Set<String> insecureUpstreams) {
        this.insecureUpstreams = insecureUpstreams;
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
                check((InetSocketAddress) endpoint);
                super.connect(endpoint, timeoutMillis);
            }
        };
    }

    private void check(InetSocketAddress endpoint) throws ForbiddenAddressException {
        InetAddress address = endpoint.getAddress();
        String named = new HostAndPort(endpoint.getHostString(), endpoint.getPort()).toString();
        if (!insecureUpstreams.contains(named) && (address == null || isForbidden(address))) {
            throw new ForbiddenAddressException(named + " is not a public address; list it in WEIR_INSECURE_UPSTREAMS");
        }
    }

    /** Whether no registry on the internet can have this address. Java turns IPv4-mapped IPv6 addresses into IPv4. */
    static boolean isForbidden(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (address instanceof Inet4Address && isReserved4(address.getAddress()))
                || (address instanceof Inet6Address && isReserved6(address.getAddress()));
    }

    /** 0.0.0.0/8, carrier-grade NAT 100.64.0.0/10, 192.0.0.0/24, benchmarking 198.18.0.0/15, reserved 240.0.0.0/4. */
    private static boolean isReserved4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        return first == 0
                || first >= 240
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0 && b[2] == 0)
                || (first == 198 && (second & 0xfe) == 18);
    }

    /** Unique local fc00::/7, and the forms that carry an IPv4 address inside: NAT64 64:ff9b::/96, 6to4, ::/96. */
    private static boolean isReserved6(byte[] b) {
        boolean uniqueLocal = (b[0] & 0xfe) == 0xfc;
        boolean nat64 = b[0] == 0 && b[1] == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
        boolean sixToFour = b[0] == 0x20 && b[1] == 0x02;
        boolean compatible = true;
        for (int i = 0; i < 12; i++) {
            compatible &= b[i] == 0;
        }
        return uniqueLocal || nat64 || sixToFour || compatible;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("only unconnected sockets");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("only unconnected sockets");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("only unconnected sockets");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("only unconnected sockets");
    }

    /** An address that is never dialled. */
    static final class ForbiddenAddressException extends IOException {
        private static final long serialVersionUID = 1L;

        ForbiddenAddressException(String message) {
            super(message);
        }
    }
}
