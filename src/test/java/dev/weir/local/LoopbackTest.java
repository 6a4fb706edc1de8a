package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a local server looks like from outside its process. */
class LoopbackTest {
    private static final String LISTEN = "0A";
    /** As {@code /proc/net/tcp} and {@code tcp6} write 127.0.0.1, ::ffff:127.0.0.1 and ::1. */
    private static final Set<String> LOOPBACK =
            Set.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

    @Test
    void onlyLoopbackSocketsListen(@TempDir Path data) throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/net")), "sockets are listed by Linux' /proc");
        int port = freePort();
        try (ChildProcess server = start(data, port)) {
            String line = server.readLine();
            while (!line.startsWith("Weir listens on http://localhost:" + port)) {
                line = server.readLine();
            }
            List<String> addresses = listeningAddresses(server.pid());
            assertThat(addresses).anySatisfy(address -> assertThat(Integer.parseInt(address.split(":", -1)[1], 16))
                    .isEqualTo(port));
            assertThat(addresses).allSatisfy(address -> assertThat(LOOPBACK).contains(address.split(":", -1)[0]));
        }
    }

    /** With the proxy that a company's laptop has in its environment, which is not there. */
    private static ChildProcess start(Path data, int port) throws IOException {
        Map<String, String> environment = Map.of(
                "HTTP_PROXY", "http://127.0.0.1:9",
                "HTTPS_PROXY", "http://127.0.0.1:9",
                "http_proxy", "x",
                "WEIR_PORT", Integer.toString(port),
                "WEIR_DATA", data.toString());
        return ChildProcess.start(Main.class, environment);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> listeningAddresses(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> inodes;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            inodes = descriptors
                    .map(LoopbackTest::socket)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
        }
        return Stream.of("tcp", "tcp6")
                .map(table -> process.resolve("net").resolve(table))
                .filter(Files::exists)
                .flatMap(LoopbackTest::rows)
                .filter(row -> row[3].equals(LISTEN) && inodes.contains(row[9]))
                .map(row -> row[1])
                .toList();
    }

    private static Optional<String> socket(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:[")
                    ? Optional.of(target.substring("socket:[".length(), target.length() - 1))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Columns: number, local address, remote address, state, … the inode is the tenth. */
    private static Stream<String[]> rows(Path table) {
        try {
            return Files.readAllLines(table).stream().skip(1).map(line -> line.strip()
                    .split("\\s+", -1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
