package dev.weir.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A loopback socket that answers every request with the same bytes, be they HTTP or not, and hangs up. */
public final class RawServer implements AutoCloseable {
    private final ServerSocket server;
    private volatile byte[] answer = {};

    public RawServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@code 127.0.0.1:port}, as an insecure upstream is listed. */
    public String hostAndPort() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** From the next request on. Each character is one byte. */
    public void answer(String bytes) {
        answer(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void answer(byte[] bytes) {
        answer = bytes.clone();
    }

    /** The first third of the bytes as a chunk, and no end of the body. */
    public void answerWithACutChunkedBody(byte[] bytes) {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        int length = bytes.length / 3;
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length) + "\r\n";
        response.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        response.writeBytes(Arrays.copyOf(bytes, length));
        response.writeBytes(new byte[] {'\r', '\n'});
        answer(response.toByteArray());
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                readHead(socket.getInputStream());
                socket.getOutputStream().write(answer);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // A client that hung up is the client's affair.
            }
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            if (next == '\n') {
                newlines++;
            } else if (next != '\r') {
                newlines = 0;
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
