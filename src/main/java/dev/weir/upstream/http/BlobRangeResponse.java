package dev.weir.upstream.http;

import dev.weir.oci.ByteRange;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/**
 * Reads the bytes of one range out of an answer, be it the range alone (206) or the whole blob (200).
 *
 * <p>Source: RFC 9110 §14.
 */
final class BlobRangeResponse {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    private BlobRangeResponse() {}

    static byte[] read(Response response, long sizeBytes, ByteRange range, String action) {
        boolean partial = response.code() == 206;
        if (partial) {
            checkPart(response, sizeBytes, range, action);
        } else if (response.body().contentLength() != sizeBytes) {
            throw invalid(response, action, "the blob does not have the " + sizeBytes + " bytes of the copy");
        }
        try {
            InputStream body = response.body().byteStream();
            if (!partial) {
                body.skipNBytes(range.offset());
            }
            byte[] bytes = body.readNBytes(range.length());
            if (bytes.length < range.length()) {
                throw invalid(response, action, "the body ended early");
            }
            return bytes;
        } catch (IOException e) {
            throw UpstreamException.of(Kind.UNAVAILABLE, action, Exchange.reason(e));
        }
    }

    private static void checkPart(Response response, long sizeBytes, ByteRange range, String action) {
        Matcher given = CONTENT_RANGE.matcher(response.header("Content-Range", ""));
        boolean asked = given.matches()
                && Long.parseLong(given.group(1)) == range.offset()
                && Long.parseLong(given.group(2)) == range.last()
                && Long.parseLong(given.group(3)) == sizeBytes;
        if (!asked) {
            throw invalid(response, action, "another range came than the one asked for of " + sizeBytes + " bytes");
        }
    }

    private static UpstreamException invalid(Response response, String action, String detail) {
        return UpstreamException.answered(Kind.INVALID, action, detail, response.code(), Optional.empty());
    }
}
