package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.rules.InsecureUpstreams;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.http.AddressGuard.ForbiddenAddressException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGuardTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "0.0.0.0, true",
        "::, true",
        "169.254.169.254, true",
        "fe80::1, true",
        "fd00:ec2::254, true",
        "fc00::1, true",
        "10.0.0.1, true",
        "172.16.0.1, true",
        "172.31.255.255, true",
        "192.168.1.1, true",
        "100.64.0.1, true",
        "224.0.0.1, true",
        "255.255.255.255, true",
        "::ffff:127.0.0.1, true",
        "::ffff:169.254.169.254, true",
        "64:ff9b::a9fe:a9fe, true",
        "::127.0.0.1, true",
        "2002:7f00:1::, true",
        "198.18.0.1, true",
        "0.1.2.3, true",
        "93.184.216.34, false",
        "172.32.0.1, false",
        "100.128.0.1, false",
        "2600:1f18::1, false",
        "192.0.2.1, false",
        "192.88.99.1, true",
        "192.88.98.1, false",
        "::ffff:93.184.216.34, false",
        "::ffff:0:7f00:1, true",
        "64:ff9b:1::1, true",
        "2001::1, true",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, true",
        "2001:db8::1, false",
        "2001:1::1, false",
        "2600:1f18::5efe:10.0.0.1, true",
        "2600:1f18::200:5efe:a00:1, true",
        "2600:1f18::5eff:10.0.0.1, false",
    })
    void forbidsAddressesThatNoRegistryHas(String address, boolean forbidden) throws IOException {
        assertThat(AddressGuard.isForbidden(InetAddress.getByName(address))).isEqualTo(forbidden);
    }

    /** {@link InetAddress} turns such bytes into IPv4, other makers of addresses do not. */
    @Test
    void forbidsIpv4MappedAddressesThatStayIpv6() throws IOException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        assertThat(AddressGuard.isForbidden(Inet6Address.getByAddress(null, mapped, -1)))
                .isTrue();
    }

    @Test
    void refusesAtConnectUnlessThatVeryHostAndPortIsListed() throws IOException {
        AddressGuard guard = new AddressGuard(InsecureUpstreams.parse(Set.of("localhost:5001")), Optional.empty());
        try (Socket socket = guard.createSocket()) {
            assertThatExceptionOfType(ForbiddenAddressException.class)
                    .isThrownBy(() -> socket.connect(new InetSocketAddress("localhost", 22), 100))
                    .withMessageContaining("localhost:22");
        }
        try (Socket socket = guard.createSocket()) {
            // Let through by the guard; nobody listens there, or somebody does.
            try {
                socket.connect(new InetSocketAddress("localhost", 5001), 100);
            } catch (ForbiddenAddressException e) {
                throw new AssertionError("listed, yet refused", e);
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(ForbiddenAddressException.class);
            }
        }
    }

    @Test
    void anIpv6AddressThatIsListedIsLetThrough() throws IOException {
        AddressGuard guard =
                new AddressGuard(InsecureUpstreams.parse(Set.of("[0:0:0:0:0:0:0:1]:5001")), Optional.empty());
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        InetAddress address = InetAddress.getByAddress(loopback);
        assertThat(connect(guard, new InetSocketAddress(address, 22))).isInstanceOf(ForbiddenAddressException.class);
        assertThat(connect(guard, new InetSocketAddress(address, 5001)) instanceof ForbiddenAddressException)
                .isFalse();
    }

    @Test
    void whereThereIsAProxyNothingElseIsDialled() throws IOException {
        AddressGuard guard =
                new AddressGuard(InsecureUpstreams.NONE, Optional.of(UpstreamProxy.parse("http://127.0.0.1:5001")));
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        assertThat(connect(guard, new InetSocketAddress(loopback, 5002)))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("127.0.0.1:5002 is not the proxy");
        assertThat(connect(guard, new InetSocketAddress(loopback, 5001)) instanceof ForbiddenAddressException)
                .isFalse();
    }

    private static @Nullable Throwable connect(AddressGuard guard, InetSocketAddress address) {
        return catchThrowable(() -> {
            try (Socket socket = guard.createSocket()) {
                socket.connect(address, 100);
            }
        });
    }
}
