package dev.weir.bench;

import dev.weir.oci.MediaType;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection that is kept, as light as can be, so that the registry is measured and not its client. */
final class BenchClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 200;
    private static final String ACCEPT = MediaType.OCI_INDEX + ", " + MediaType.OCI_MANIFEST;

    /**
     * An answer whose body is read.
     *
     * @param firstByteSeconds from the request, redirects included, to the first byte of the body
     */
    record Answer(int status, Map<String, String> headers, long bytes, double firstByteSeconds) {}

    private final int port;
    private final byte[] buffer = new byte[256 * 1024];
    private Socket socket;
    private InputStream in;

    BenchClient(int port) throws IOException {
        this.port = port;
        this.socket = connect();
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    private Socket connect() throws IOException {
        Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
        connected.setTcpNoDelay(true);
        return connected;
    }

    /** Follows redirects; each answer must be a success in the end. */
    Answer pull(String path) throws IOException {
        long began = System.nanoTime();
        String next = path;
        for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
            Answer answer = get(next, began);
            if (answer.status() == 429) {
                pause();
                continue;
            }
            if (answer.status() != 307) {
                if (answer.status() != 200) {
                    throw new IOException(path + " was answered with " + answer.status());
                }
                return answer;
            }
            URI target = URI.create("http://127.0.0.1" + next)
                    .resolve(answer.headers().getOrDefault("location", ""));
            next = target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        }
        throw new IOException(path + " was redirected too often");
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Answer get(String path) throws IOException {
        return get(path, System.nanoTime());
    }

    private Answer get(String path, long began) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: " + ACCEPT + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        double firstByte = (System.nanoTime() - began) / 1e9;
        long bytes = headers.containsKey("content-length")
                ? body(Long.parseLong(headers.getOrDefault("content-length", "0")))
                : headers.containsKey("transfer-encoding") ? chunks() : 0;
        if ("close".equalsIgnoreCase(headers.get("connection"))) {
            socket.close();
            socket = connect();
            in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        }
        return new Answer(status, headers, bytes, firstByte);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the registry closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private long body(long length) throws IOException {
        for (long left = length; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("the body ended early");
            }
            left -= n;
        }
        return length;
    }

    private long chunks() throws IOException {
        long bytes = 0;
        while (true) {
            long length = Long.parseLong(line().strip(), 16);
            bytes += body(length);
            line();
            if (length == 0) {
                return bytes;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
