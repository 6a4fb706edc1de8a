package dev.weir.upstream.http;

import dev.weir.rules.HostAndPort;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.upstream.UpstreamProxy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Makes sockets that do not connect to addresses that no upstream has: loopback, link-local (the metadata service), private,
 * unspecified, multicast. Checked at connect, after resolution, so that no name can resolve to one thing when checked and
 * to another when dialled.
 *
 * <p>Errors: connect throws {@link ForbiddenAddressException}.
 */
public final class AddressGuard extends SocketFactory {
    private final InsecureUpstreams insecureUpstreams;
    private final Optional<UpstreamProxy> proxy;

    /**
     * @param insecureUpstreams {@code host:port} entries whose addresses are not checked
     * @param proxy where there is one, nothing but it is dialled, at whatever address; what it dials is not seen here
     */
    public AddressGuard(InsecureUpstreams insecureUpstreams, Optional<UpstreamProxy> proxy) {
        this.insecureUpstreams = insecureUpstreams;
        this.proxy = proxy;
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
        String named = endpoint.getHostString() + ":" + endpoint.getPort();
        if (proxy.isPresent()) {
            if (!proxy.get().address().equals(new HostAndPort(endpoint.getHostString(), endpoint.getPort()))) {
                throw new ForbiddenAddressException(named + " is not the proxy of WEIR_UPSTREAM_PROXY");
            }
            return;
        }
        boolean listed = insecureUpstreams.contains(endpoint.getHostString(), endpoint.getPort());
        if (!listed && (address == null || isForbidden(address))) {
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

    /**
     * 0.0.0.0/8, carrier-grade NAT 100.64.0.0/10, 192.0.0.0/24, 6to4 relays 192.88.99.0/24, benchmarking 198.18.0.0/15, reserved
     * 240.0.0.0/4.
     */
    private static boolean isReserved4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        int third = b[2] & 0xff;
        return first == 0
                || first >= 240
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0 && third == 0)
                || (first == 192 && second == 88 && third == 99)
                || (first == 198 && (second & 0xfe) == 18);
    }

    /**
     * Unique local fc00::/7, and the forms that carry an IPv4 address inside, which a relay could turn into a private one: NAT64
     * 64:ff9b::/96 and 64:ff9b:1::/48, 6to4 2002::/16, Teredo 2001::/32, ISATAP (any prefix, then 0:5efe or 200:5efe), ::/96,
     * ::ffff:0:0/96 and ::ffff:0:0:0/96.
     */
    private static boolean isReserved6(byte[] b) {
        boolean uniqueLocal = (b[0] & 0xfe) == 0xfc;
        boolean nat64 = group(b, 0) == 0x64 && group(b, 1) == 0xff9b;
        boolean sixToFour = group(b, 0) == 0x2002;
        boolean teredo = group(b, 0) == 0x2001 && group(b, 1) == 0;
        boolean isatap = (group(b, 4) & ~0x200) == 0 && group(b, 5) == 0x5efe;
        return uniqueLocal || nat64 || sixToFour || teredo || isatap || hasOnlyAnIpv4Address(b);
    }

    private static boolean hasOnlyAnIpv4Address(byte[] b) {
        boolean zero = group(b, 0) == 0 && group(b, 1) == 0 && group(b, 2) == 0 && group(b, 3) == 0;
        boolean compatible = group(b, 4) == 0 && group(b, 5) == 0;
        boolean mapped = group(b, 4) == 0 && group(b, 5) == 0xffff;
        boolean translated = group(b, 4) == 0xffff && group(b, 5) == 0;
        return zero && (compatible || mapped || translated);
    }

    /** One of the eight groups of an IPv6 address. */
    private static int group(byte[] b, int index) {
        return (b[2 * index] & 0xff) << 8 | (b[2 * index + 1] & 0xff);
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
