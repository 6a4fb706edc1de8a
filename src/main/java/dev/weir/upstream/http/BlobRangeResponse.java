package dev.weir.upstream.http;

import dev.weir.oci.ByteRange;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import okhttp3.Response;

/**
 * Reads the bytes of one range out of an answer, be it a part (206) or the whole blob (200). A server may send a shorter range
 * than it was asked for, and need not tell the size of the whole.
 *
 * <p>Source: RFC 9110 §14.
 */
final class BlobRangeResponse {
    private BlobRangeResponse() {}

    /** The first bytes of the range, at least one. */
    static byte[] read(Response response, long sizeBytes, ByteRange range, String action) {
        byte[] bytes = new byte[range.length()];
        return Arrays.copyOf(bytes, readInto(bytes, response, sizeBytes, range, action));
    }

    /**
     * The same into an array that holds the range.
     *
     * @return how many bytes came
     */
    static int readInto(byte[] bytes, Response response, long sizeBytes, ByteRange range, String action) {
        long skipped = range.offset();
        int length = range.length();
        if (response.code() == 206) {
            ContentRange part = ContentRange.find(response)
                    .filter(given -> given.contains(range.offset()) && given.isOf(sizeBytes))
                    .orElseThrow(() -> invalid(
                            response, action, "another range came than the one asked for of " + sizeBytes + " bytes"));
            skipped = range.offset() - part.first();
            length = (int) Math.min(length, part.last() - range.offset() + 1);
        } else if (response.body().contentLength() >= 0 && response.body().contentLength() != sizeBytes) {
            throw invalid(response, action, "the blob does not have the " + sizeBytes + " bytes of the copy");
        }
        try {
            InputStream body = response.body().byteStream();
            body.skipNBytes(skipped);
            if (body.readNBytes(bytes, 0, length) < length) {
                throw invalid(response, action, "the body ended early");
            }
            return length;
        } catch (EOFException e) {
            throw invalid(response, action, "the body ended early");
        } catch (IOException e) {
            throw UpstreamException.of(Kind.UNAVAILABLE, action, Exchange.reason(e));
        }
    }

    private static UpstreamException invalid(Response response, String action, String detail) {
        return UpstreamException.answered(Kind.INVALID, action, detail, response.code(), Optional.empty());
    }
}
