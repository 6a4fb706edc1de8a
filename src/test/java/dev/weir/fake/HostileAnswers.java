package dev.weir.fake;

/** Answers that are meant for the eyes or the counters of whoever reads them. Each character is one byte on the wire. */
public enum HostileAnswers {
    STATUS_LINE_OF_200_KB("HTTP/1.1 503 " + Text.LONG + "\r\nContent-Length: 0\r\n\r\n"),
    STATUS_LINE_THAT_IS_NONE(Text.LONG + "\r\n\r\n"),
    STATUS_LINE_WITHOUT_AN_END(Text.LONG),
    DIGEST_HEADER("HTTP/1.1 200 OK\r\nDocker-Content-Digest: sha256:" + Text.LONG + "\r\nContent-Length: 2\r\n\r\n{}"),
    CHUNK_SIZE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Text.LONG + "\r\n"),
    LOCATION("HTTP/1.1 302 Found\r\nLocation: http://" + Text.LONG + "/\r\nContent-Length: 0\r\n\r\n"),
    RETRY_AFTER("HTTP/1.1 429 Slow\r\nRetry-After: " + Text.LONG + "\r\nContent-Length: 0\r\n\r\n"),
    RETRY_AFTER_OF_YEARS("HTTP/1.1 429 Slow\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n"),
    BODY("HTTP/1.1 200 OK\r\nContent-Type: text/" + Text.LONG + "\r\n\r\n{\"mediaType\":\"" + Text.LONG + "\"}"),
    LENGTH_BELOW_ZERO("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"),
    LENGTH_OVER_A_LONG("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
    LENGTH_THAT_IS_NO_NUMBER("HTTP/1.1 200 OK\r\nContent-Length: " + Text.LONG + "\r\n\r\n{}");

    private final String bytes;

    HostileAnswers(String bytes) {
        this.bytes = bytes;
    }

    public String bytes() {
        return bytes;
    }

    private static final class Text {
        /** Colours a terminal, goes back to the line's start, and is long. */
        static final String LONG = "\u001b[31m\rERROR forged " + "x".repeat(200_000);
    }
}
