package dev.weir.upstream.http;

import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A blob's bytes over as many connections as it takes: after a cut it asks for the rest by Range. A server that doesn't speak
 * ranges is asked for the whole once more, and what was read before is skipped.
 *
 * <p>Errors: {@link UpstreamException} when asking on fails, INVALID when other bytes come than were asked for;
 * {@link IOException} when {@value #MAX_CUTS} cuts in a row brought next to nothing.
 *
 * <p>Source: RFC 9110 §13.1.5 (If-Range), §14 (range requests), §15.3.7 (206), §15.5.17 (416).
 */
final class ResumingBlobStream extends InputStream {
    private static final int MAX_CUTS = 5;
    /** A connection that brought less counts as one that brought nothing, or a byte a time would do for ever. */
    private static final long PROGRESS_BYTES = 16 * 1024;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final String action;
    private final Function<UnaryOperator<Request.Builder>, Response> open;
    private boolean speaksRanges;
    private boolean startedOver;
    private Optional<String> strongTag;
    private Response response;
    private InputStream in;
    private long size;
    private long position;
    /** The offset after the last byte that the response at hand brings. */
    private long end;

    private long openedAt;
    private int cuts;

    /**
     * @param first the 200 to the request for the whole blob
     * @param open asks for the blob with the headers that it is given; its answer is 200, 206 or 416
     */
    ResumingBlobStream(String action, Response first, Function<UnaryOperator<Request.Builder>, Response> open) {
        this.action = action;
        this.open = open;
        this.response = first;
        this.in = first.body().byteStream();
        this.speaksRanges = !first.header("Accept-Ranges", "").strip().equalsIgnoreCase("none");
        this.strongTag = strongTag(first);
        this.size = lengthOf(first);
        this.end = size;
    }

    /**
     * The same from an offset on.
     *
     * @param first the 206 to the request for the bytes from there on
     */
    static ResumingBlobStream from(
            ContentRange range,
            String action,
            Response first,
            Function<UnaryOperator<Request.Builder>, Response> open) {
        ResumingBlobStream stream = new ResumingBlobStream(action, first, open);
        stream.position = range.first();
        stream.openedAt = range.first();
        stream.size = range.total().orElse(UNKNOWN);
        stream.end = range.last() + 1;
        return stream;
    }

    /** A weak one, {@code W/"x"}, vouches for no bytes. */
    static Optional<String> strongTag(Response response) {
        return Optional.ofNullable(response.header("ETag"))
                .filter(tag -> tag.matches("\"[\\x21\\x23-\\x7e]{0,1000}\""));
    }

    private static long lengthOf(Response whole) {
        return whole.body().contentLength() < 0 ? UNKNOWN : whole.body().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (position < size) {
            IOException cut;
            try {
                int n = position == end ? -1 : in.read(buffer, offset, (int) Math.min(length, end - position));
                if (n >= 0) {
                    position += n;
                    return n;
                }
                if (end == UNKNOWN) {
                    size = position;
                    return -1;
                }
                cut = new IOException("the body ended early");
            } catch (IOException e) {
                cut = e;
            }
            goOn(cut);
        }
        return -1;
    }

    /** The next byte that is read is that of the offset; the rest is asked for then. */
    void goOnFrom(long offset) {
        position = offset;
        openedAt = offset;
        end = offset;
    }

    private void goOn(IOException cut) throws IOException {
        cuts = position - openedAt >= PROGRESS_BYTES ? 1 : cuts + 1;
        if (cuts > MAX_CUTS) {
            throw cutOff(cut);
        }
        response.close();
        response = open.apply(speaksRanges ? this::restOf : UnaryOperator.identity());
        if (response.code() == 416 && !isOver()) {
            response.close();
            speaksRanges = false;
            response = open.apply(UnaryOperator.identity());
        }
        in = response.body().byteStream();
        openedAt = position;
        switch (response.code()) {
            case 206 -> takePart();
            case 416 -> size = position;
            default -> startOver(cut);
        }
    }

    private Request.Builder restOf(Request.Builder request) {
        strongTag.ifPresent(tag -> request.header("If-Range", tag));
        return request.header("Range", "bytes=" + position + "-");
    }

    /** Whether a 416 says that nothing is left, where the size was not known. */
    private boolean isOver() {
        return speaksRanges && size == UNKNOWN && ContentRange.totalOf(response).orElse(position) == position;
    }

    private void takePart() throws IOException {
        ContentRange range = ContentRange.find(response)
                .filter(part -> part.contains(position) && (size == UNKNOWN || part.isOf(size)))
                .orElseThrow(() -> invalid("other bytes came than were asked for, from " + position + " on"));
        size = range.total().orElse(size);
        end = range.last() + 1;
        in.skipNBytes(position - range.first());
    }

    private void startOver(IOException cut) throws IOException {
        if (startedOver) {
            throw cutOff(cut);
        }
        long length = lengthOf(response);
        if (length != UNKNOWN && size != UNKNOWN && length != size) {
            throw invalid("it had " + size + " bytes, and has " + length + " when asked for again");
        }
        startedOver = true;
        strongTag = strongTag(response);
        size = Math.min(size, length);
        end = size;
        in.skipNBytes(position);
    }

    private IOException cutOff(IOException cut) {
        return new IOException("cut after " + position + " bytes: " + Exchange.reason(cut));
    }

    private UpstreamException invalid(String detail) {
        return UpstreamException.answered(Kind.INVALID, action, detail, response.code(), Optional.empty());
    }

    /** Without this OkHttp reads on for a while, to use the connection again: what is left may be long. */
    @Override
    public void close() {
        response.body().source().timeout().deadlineNanoTime(System.nanoTime());
        response.close();
    }
}
