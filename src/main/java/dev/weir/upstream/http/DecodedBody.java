package dev.weir.upstream.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import okhttp3.Response;

/**
 * A response's body without its content coding: {@code identity} is asked for, but not every server listens.
 *
 * <p>Errors: {@link ZipException} when the coding is not gzip or deflate, or the body isn't coded so; other
 * {@link IOException}s when the body can't be read to its end.
 *
 * <p>Source: RFC 9110 §8.4.1.
 */
final class DecodedBody {
    private DecodedBody() {}

    /** The first bytes of the decoded body, at most that many; what follows is not decoded. */
    static byte[] read(Response response, int maxBytes) throws IOException {
        String coding = response.header("Content-Encoding", "identity").strip().toLowerCase(Locale.ROOT);
        InputStream coded = response.body().byteStream();
        return switch (coding) {
            case "identity", "" -> coded.readNBytes(maxBytes);
            case "gzip", "x-gzip" -> {
                try (InputStream decoded = new GZIPInputStream(coded)) {
                    yield decoded.readNBytes(maxBytes);
                }
            }
            case "deflate" -> inflated(new BufferedInputStream(coded), maxBytes);
            default -> throw new ZipException("a content coding that is not gzip or deflate");
        };
    }

    /** With zlib's header as the RFC says, or without it as some servers do. */
    private static byte[] inflated(BufferedInputStream coded, int maxBytes) throws IOException {
        coded.mark(2);
        int first = coded.read();
        int second = coded.read();
        coded.reset();
        boolean hasHeader = (first & 0x0f) == 8 && ((first << 8) | second) % 31 == 0;
        Inflater inflater = new Inflater(!hasHeader);
        try (InputStream decoded = new InflaterInputStream(coded, inflater)) {
            return decoded.readNBytes(maxBytes);
        } finally {
            inflater.end();
        }
    }
}
