package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Ways in which an upstream fails or limits some of what it is asked. */
public final class Misbehaviours {
    private Misbehaviours() {}

    /** 429 with a Retry-After, for paths that hold this part. */
    public static Misbehaviour limits(String pathPart, int retryAfterSeconds) {
        return exchange -> isFor(exchange, pathPart) && limit(exchange, retryAfterSeconds);
    }

    /** The same for the first requests only. */
    public static Misbehaviour limitsAtFirst(int requests, int retryAfterSeconds) {
        AtomicInteger left = new AtomicInteger(requests);
        return exchange -> left.getAndDecrement() > 0 && limit(exchange, retryAfterSeconds);
    }

    /** 503 for paths that hold this part. */
    public static Misbehaviour breaks(String pathPart) {
        return exchange -> {
            if (isFor(exchange, pathPart)) {
                exchange.sendResponseHeaders(503, -1);
                return true;
            }
            return false;
        };
    }

    /** Whatever is asked for, HEAD says 200 with a length of 0. */
    public static Misbehaviour saysYesToEachHead() {
        return exchange -> {
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            if (isHead) {
                exchange.sendResponseHeaders(200, -1);
            }
            return isHead;
        };
    }

    /** Claims to hold each blob, with these bytes: by HEAD, by GET and by range. */
    public static Misbehaviour answersEachBlobWith(byte[] bytes) {
        return exchange -> {
            if (!isFor(exchange, "/blobs/")) {
                return false;
            }
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
                exchange.sendResponseHeaders(200, -1);
                return true;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            if (range == null) {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                return true;
            }
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            int from = Integer.parseInt(ends[0]);
            int to = ends[1].isEmpty() ? bytes.length - 1 : Integer.parseInt(ends[1]);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
            exchange.sendResponseHeaders(206, to - from + 1L);
            exchange.getResponseBody().write(bytes, from, to - from + 1);
            return true;
        };
    }

    private static boolean isFor(HttpExchange exchange, String pathPart) {
        return exchange.getRequestURI().getPath().contains(pathPart);
    }

    private static boolean limit(HttpExchange exchange, int retryAfterSeconds) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfterSeconds));
        exchange.sendResponseHeaders(429, -1);
        return true;
    }
}
