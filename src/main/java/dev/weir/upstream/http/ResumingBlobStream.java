package dev.weir.upstream.http;

import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A blob's bytes over as many connections as it takes: after a cut it asks for the rest by Range.
 *
 * <p>Errors: {@link UpstreamException} when a reopening fails; {@link IOException} when {@value #MAX_CUTS} cuts in a row
 * brought no byte.
 */
final class ResumingBlobStream extends InputStream {
    private static final int MAX_CUTS = 5;

    private final String action;
    private final LongFunction<Response> open;
    private Response response;
    private InputStream in;
    private final OptionalLong sizeBytes;
    private long position;
    private int cuts;

    /**
     * @param first the answer to the request for the whole blob
     * @param open asks for the bytes from an offset on; its answer is 200 or 206
     */
    ResumingBlobStream(String action, Response first, LongFunction<Response> open) {
        this.action = action;
        this.open = open;
        this.response = first;
        this.in = first.body().byteStream();
        long length = first.body().contentLength();
        this.sizeBytes = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    OptionalLong sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (true) {
            IOException cut;
            try {
                int n = in.read(buffer, offset, length);
                if (n >= 0) {
                    position += n;
                    cuts = 0;
                    return n;
                }
                if (sizeBytes.isEmpty() || position >= sizeBytes.getAsLong()) {
                    return -1;
                }
                cut = new IOException("the body ended early");
            } catch (IOException e) {
                cut = e;
            }
            reopen(cut);
        }
    }

    private void reopen(IOException cut) throws IOException {
        if (sizeBytes.isEmpty() || ++cuts > MAX_CUTS) {
            throw new IOException("cut after " + position + " bytes: " + Exchange.reason(cut), cut);
        }
        response.close();
        response = open.apply(position);
        in = response.body().byteStream();
        if (response.code() == 206) {
            checkRange(response.header("Content-Range"));
        } else {
            in.skipNBytes(position);
        }
    }

    private void checkRange(@Nullable String range) {
        String expected = "bytes " + position + "-" + (sizeBytes.orElseThrow() - 1) + "/" + sizeBytes.orElseThrow();
        if (!expected.equals(range)) {
            throw UpstreamException.answered(
                    Kind.INVALID, action, "asked for " + expected + ", got another range", 206, Optional.empty());
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
