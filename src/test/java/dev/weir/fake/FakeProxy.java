package dev.weir.fake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP proxy on a real socket that remembers what it was asked for. Whatever name it is asked for, it dials the one upstream
 * that a test gives it: the names of the tests exist nowhere.
 */
public final class FakeProxy implements AutoCloseable {
    private static final String DENIED = String.join(
            "\r\n",
            "HTTP/1.1 407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=p",
            "Content-Length: 0",
            "Connection: close",
            "",
            "");

    private final ServerSocket server;
    private final String upstream;
    private final Optional<String> authorization;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The first lines of requests: {@code CONNECT quay.io:443 HTTP/1.1}. */
    public final List<String> requestLines = new CopyOnWriteArrayList<>();
    /** The first byte that came through each tunnel. */
    public final List<Integer> tunnelled = new CopyOnWriteArrayList<>();

    /**
     * @param upstream {@code host:port} that is dialled
     * @param authorization the {@code Proxy-Authorization} that it wants
     */
    public FakeProxy(String upstream, Optional<String> authorization) {
        this.upstream = upstream;
        this.authorization = authorization;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public String hostAndPort() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** One request a connection. */
    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            String line = head.lines().findFirst().orElse("");
            requestLines.add(line);
            OutputStream out = client.getOutputStream();
            if (authorization
                    .filter(wanted -> !head.contains("Proxy-Authorization: " + wanted))
                    .isPresent()) {
                out.write(ascii(DENIED));
            } else if (line.startsWith("CONNECT ")) {
                out.write(ascii("HTTP/1.1 200 Connection established\r\n\r\n"));
                tunnelled.add(client.getInputStream().read());
            } else {
                forward(head, out);
            }
            out.flush();
        } catch (IOException e) {
            // The client went away.
        }
    }

    /** {@code GET http://name/path} is asked of the upstream as {@code GET /path}. */
    private void forward(String head, OutputStream out) throws IOException {
        String[] line = head.lines().findFirst().orElse("").split(" ", -1);
        URI address = URI.create("http://" + upstream);
        try (Socket dialled = new Socket(address.getHost(), address.getPort())) {
            String rest = head.substring(head.indexOf("\r\n")).replaceAll("\r\nConnection: [^\r]*", "");
            dialled.getOutputStream()
                    .write(ascii(line[0] + " " + URI.create(line[1]).getRawPath() + " HTTP/1.1\r\nConnection: close"
                            + rest));
            dialled.getOutputStream().flush();
            dialled.getInputStream().transferTo(out);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed within the head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
