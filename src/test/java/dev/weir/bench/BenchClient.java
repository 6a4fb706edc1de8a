package dev.weir.bench;

import dev.weir.oci.MediaType;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One connection that is kept, as light as can be, so that the registry is measured and not its client. */
final class BenchClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 200;
    private static final String ACCEPT = MediaType.OCI_INDEX + ", " + MediaType.OCI_MANIFEST;

    /**
     * An answer whose body is read.
     *
     * @param location where a redirect leads, or nothing
     * @param firstByteSeconds from the request, redirects included, to the first byte of the body
     */
    record Answer(int status, String location, double firstByteSeconds) {}

    private final int port;
    private final byte[] buffer = new byte[256 * 1024];
    /** What has come and was not read is from here … */
    private int unread;
    /** … to here. */
    private int end;

    private Socket socket;

    BenchClient(int port) throws IOException {
        this.port = port;
        this.socket = connected();
    }

    private Socket connected() throws IOException {
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
            URI target = URI.create("http://127.0.0.1" + next).resolve(answer.location());
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
        Head head = head();
        double firstByte = (System.nanoTime() - began) / 1e9;
        if (head.chunked()) {
            chunks();
        } else {
            body(head.length());
        }
        if (head.closes()) {
            socket.close();
            socket = connected();
            unread = end;
        }
        return new Answer(head.status(), head.location(), firstByte);
    }

    /** What comes before an answer's body, as far as it is looked at. */
    private record Head(int status, long length, boolean chunked, boolean closes, String location) {}

    private Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        long length = 0;
        boolean chunked = false;
        boolean closes = false;
        String location = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (isOf(line, "content-length:")) {
                length = Long.parseLong(value);
            } else if (isOf(line, "transfer-encoding:")) {
                chunked = true;
            } else if (isOf(line, "connection:")) {
                closes = value.equalsIgnoreCase("close");
            } else if (isOf(line, "location:")) {
                location = value;
            }
        }
        return new Head(status, length, chunked, closes, location);
    }

    private static boolean isOf(String line, String header) {
        return line.regionMatches(true, 0, header, 0, header.length());
    }

    private String line() throws IOException {
        for (int at = unread; ; at++) {
            if (at == end) {
                at -= unread;
                more();
            }
            if (buffer[at] == '\n') {
                String line = new String(buffer, unread, at - unread, StandardCharsets.ISO_8859_1);
                unread = at + 1;
                return line.stripTrailing();
            }
        }
    }

    /** Reads what has come behind what is unread, which begins the buffer then. */
    private void more() throws IOException {
        System.arraycopy(buffer, unread, buffer, 0, end - unread);
        end -= unread;
        unread = 0;
        end += read(end, buffer.length - end);
    }

    private int read(int at, int limit) throws IOException {
        int count = socket.getInputStream().read(buffer, at, limit);
        if (count < 0) {
            throw new EOFException("the registry closed the connection");
        }
        return count;
    }

    private void body(long length) throws IOException {
        int here = (int) Math.min(length, end - unread);
        unread += here;
        for (long left = length - here; left > 0; ) {
            left -= read(0, (int) Math.min(buffer.length, left));
        }
    }

    private void chunks() throws IOException {
        long length;
        do {
            length = Long.parseLong(line(), 16);
            body(length);
            line();
        } while (length > 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
