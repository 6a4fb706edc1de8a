package dev.weir.fake;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Servers of one blob that cut its body, each speaking ranges in its own way. The first body ends after a third of the bytes;
 * which of the rest are sent, and how, is the behaviour's.
 */
public final class BlobMisbehaviours {

    /** What a server sends to a request for the bytes from an offset on. */
    @FunctionalInterface
    private interface Rest {
        void send(HttpExchange exchange, byte[] bytes, int from) throws IOException;
    }

    private BlobMisbehaviours() {}

    /** Ends the first body early, of a length that was promised, and answers ranges as told. */
    private static Misbehaviour cutting(byte[] bytes, String header, String value, Rest rest) {
        return first(
                exchange -> {
                    set(exchange, header, value);
                    send(exchange, 200, bytes.length, bytes, 0, bytes.length / 3);
                    cut(exchange);
                },
                exchange -> {
                    set(exchange, header, value);
                    rest.send(exchange, bytes, from(exchange));
                });
    }

    private static Misbehaviour cutting(byte[] bytes, Rest rest) {
        return cutting(bytes, "X-Any", "any", rest);
    }

    /** Leaves the first body to a server that cuts it without having told its length. */
    private static Misbehaviour cuttingChunked(byte[] bytes, RawServer cutting, Rest rest) {
        cutting.answerWithACutChunkedBody(bytes);
        return first(
                exchange -> redirect(exchange, cutting.hostAndPort()),
                exchange -> rest.send(exchange, bytes, from(exchange)));
    }

    @FunctionalInterface
    private interface Step {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static Misbehaviour first(Step first, Step later) {
        AtomicInteger gets = new AtomicInteger();
        return exchange -> {
            if (isGet(exchange)) {
                (gets.getAndIncrement() == 0 ? first : later).answer(exchange);
            }
            return isGet(exchange);
        };
    }

    private static void set(HttpExchange exchange, String header, String value) {
        exchange.getResponseHeaders().set(header, value);
    }

    private static void redirect(HttpExchange exchange, String hostAndPort) throws IOException {
        set(
                exchange,
                "Location",
                "http://" + hostAndPort + exchange.getRequestURI().getPath());
        exchange.sendResponseHeaders(307, -1);
    }

    private static boolean isGet(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getPath().contains("/blobs/");
    }

    private static int from(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
                .map(range -> Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1")))
                .orElse(0);
    }

    /** Ends the connection with the body unfinished; throwing is what makes Java's server do so. */
    private static void cut(HttpExchange exchange) throws IOException {
        exchange.getResponseBody().flush();
        throw new IOException("cut on purpose");
    }

    /** @param length of the body as told: 0 for chunked */
    private static void send(HttpExchange exchange, int status, long length, byte[] bytes, int from, int until)
            throws IOException {
        exchange.sendResponseHeaders(status, length);
        exchange.getResponseBody().write(bytes, from, until - from);
    }

    private static void part(HttpExchange exchange, byte[] bytes, int from, int until, String total)
            throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Range", "bytes " + from + "-" + (until - 1) + "/" + total);
        send(exchange, 206, until - from, bytes, from, until);
    }

    private static void unsatisfied(HttpExchange exchange, String total) throws IOException {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + total);
        exchange.sendResponseHeaders(416, -1);
    }

    public static Misbehaviour tellingTheTotal(byte[] blob) {
        return cutting(
                blob,
                (exchange, bytes, from) -> part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length)));
    }

    public static Misbehaviour notTellingTheTotal(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> part(exchange, bytes, from, bytes.length, "*"));
    }

    public static Misbehaviour sendingShorterRangesThanAskedFor(byte[] blob) {
        return cutting(
                blob,
                (exchange, bytes, from) ->
                        part(exchange, bytes, from, Math.min(bytes.length, from + bytes.length / 5), "*"));
    }

    public static Misbehaviour startingARangeAtItsBlock(byte[] blob) {
        return cutting(
                blob,
                (exchange, bytes, from) ->
                        part(exchange, bytes, from / 4096 * 4096, bytes.length, Integer.toString(bytes.length)));
    }

    public static Misbehaviour sendingTheWholeInsteadOfARange(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> send(exchange, 200, bytes.length, bytes, 0, bytes.length));
    }

    /** Answers a request that asks for a range although it said that it has none with 400. */
    public static Misbehaviour sayingThatItHasNoRanges(byte[] blob) {
        return cutting(blob, "Accept-Ranges", "none", (exchange, bytes, from) -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                exchange.sendResponseHeaders(400, -1);
            } else {
                send(exchange, 200, bytes.length, bytes, 0, bytes.length);
            }
        });
    }

    public static Misbehaviour refusingEveryRange(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> {
            if (from > 0) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                send(exchange, 200, bytes.length, bytes, 0, bytes.length);
            }
        });
    }

    public static Misbehaviour cuttingAChunkedBody(byte[] blob, RawServer cutting) {
        return cuttingChunked(
                blob,
                cutting,
                (exchange, bytes, from) -> part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length)));
    }

    /** The total is never told: only the 416 at the end says that nothing is left. */
    public static Misbehaviour endingWith416(byte[] blob, RawServer cutting) {
        return cuttingChunked(blob, cutting, (exchange, bytes, from) -> {
            if (from == bytes.length) {
                unsatisfied(exchange, Integer.toString(bytes.length));
            } else {
                part(exchange, bytes, from, bytes.length, "*");
            }
        });
    }

    /** Honours a range only with the validator of the first response, as RFC 9110 wants it. */
    public static Misbehaviour checkingTheStrongTag(byte[] blob) {
        return cutting(blob, "ETag", "\"v1\"", (exchange, bytes, from) -> {
            if ("\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
                part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length));
            } else {
                exchange.sendResponseHeaders(400, -1);
            }
        });
    }

    /** Its tag is weak, and If-Range with a weak one is not allowed. */
    public static Misbehaviour takingNoWeakTag(byte[] blob) {
        return cutting(blob, "ETag", "W/\"v1\"", (exchange, bytes, from) -> {
            if (exchange.getRequestHeaders().containsKey("If-Range")) {
                exchange.sendResponseHeaders(400, -1);
            } else {
                part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length));
            }
        });
    }

    public static Misbehaviour sendingSeveralParts(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> {
            exchange.getResponseHeaders().set("Content-Type", "multipart/byteranges; boundary=x");
            part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length));
        });
    }

    public static Misbehaviour sendingAnotherRange(byte[] blob) {
        return cutting(
                blob,
                (exchange, bytes, from) ->
                        part(exchange, bytes, from + 1, bytes.length, Integer.toString(bytes.length)));
    }

    public static Misbehaviour havingAnotherSizeTheSecondTime(byte[] blob) {
        return cutting(
                blob,
                (exchange, bytes, from) ->
                        part(exchange, bytes, from, bytes.length, Integer.toString(bytes.length + 1)));
    }

    public static Misbehaviour notTellingWhichRange(byte[] blob) {
        return cutting(
                blob, (exchange, bytes, from) -> send(exchange, 206, bytes.length - from, bytes, from, bytes.length));
    }

    /** Cuts each body, and never speaks ranges. */
    public static Misbehaviour cuttingEachWhole(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> {
            send(exchange, 200, bytes.length, bytes, 0, bytes.length / 2);
            cut(exchange);
        });
    }

    /** Sends one byte a range. */
    public static Misbehaviour sendingCrumbs(byte[] blob) {
        return cutting(blob, (exchange, bytes, from) -> part(exchange, bytes, from, from + 1, "*"));
    }

    /** Tells the size by GET alone. */
    public static Misbehaviour answeringHeadWithoutALength() {
        return exchange -> {
            boolean isHead = isHead(exchange);
            if (isHead) {
                exchange.sendResponseHeaders(200, -1);
            }
            return isHead;
        };
    }

    /** Says of every blob that it is there and empty. */
    public static Misbehaviour answeringHeadWithLengthZero() {
        return exchange -> {
            boolean isHead = isHead(exchange);
            if (isHead) {
                set(exchange, "Content-Length", "0");
                exchange.sendResponseHeaders(200, -1);
            }
            return isHead;
        };
    }

    /**
     * Sends a page in place of each blob, as a proxy does that wants a login.
     *
     * @param gets how many GETs it answers so; each HEAD is
     */
    public static Misbehaviour answeringWithAPage(int gets) {
        byte[] page = "<html>Log in</html>".getBytes(StandardCharsets.UTF_8);
        AtomicInteger left = new AtomicInteger(gets);
        return exchange -> {
            boolean isPage = isHead(exchange) || (isGet(exchange) && left.getAndDecrement() > 0);
            if (isPage) {
                set(exchange, "Content-Type", "Text/HTML; charset=utf-8");
                set(exchange, "Content-Length", Integer.toString(page.length));
                exchange.sendResponseHeaders(200, isHead(exchange) ? -1 : page.length);
                exchange.getResponseBody().write(page, 0, isHead(exchange) ? 0 : page.length);
            }
            return isPage;
        };
    }

    /** Tells the size neither by HEAD nor by GET. */
    public static Misbehaviour notTellingTheSize(byte[] blob) {
        return exchange -> {
            if (isHead(exchange)) {
                exchange.sendResponseHeaders(200, -1);
                return true;
            }
            if (isGet(exchange)) {
                send(exchange, 200, 0, blob, 0, blob.length);
            }
            return isGet(exchange);
        };
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD")
                && exchange.getRequestURI().getPath().contains("/blobs/");
    }

    /** Answers GET with a redirect to another host, which has the blob under the same path. */
    public static Misbehaviour redirecting(String hostAndPort) {
        return exchange -> {
            if (isGet(exchange)) {
                redirect(exchange, hostAndPort);
            }
            return isGet(exchange);
        };
    }
}
