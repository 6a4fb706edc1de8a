package dev.weir.upstream.http;

import dev.weir.oci.ByteRange;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A large blob's bytes in their order, while several connections bring the parts ahead. A server that doesn't send a part that
 * it was asked for is asked for the rest by one connection.
 *
 * <p>Errors: {@link UpstreamException}, INVALID when other bytes come than were asked for, or of another entity tag.
 *
 * <p>Source: RFC 9110 §14.
 */
final class ParallelBlobStream extends InputStream {
    static final int PART_BYTES = 8 * 1024 * 1024;

    /**
     * What is read.
     *
     * @param strongTag of its first answer
     * @param open asks for the blob with the headers that it is given; its answer is 200, 206 or 416
     */
    record Blob(
            long sizeBytes,
            Optional<String> strongTag,
            String action,
            Function<UnaryOperator<Request.Builder>, Response> open) {

        static Blob of(
                Response first, long size, String action, Function<UnaryOperator<Request.Builder>, Response> open) {
            return new Blob(size, ResumingBlobStream.strongTag(first), action, open);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // parts are never compared
    private record Part(byte[] bytes, int length) {}

    /** @param release called once, when no more parts are brought */
    record Room(ExecutorService threads, int parts, Runnable release) {}

    private final ResumingBlobStream first;
    private final Blob blob;
    private final Room room;
    private final Deque<Future<Optional<Part>>> ahead = new ArrayDeque<>();
    /** Arrays of parts that were read: a gigabyte of new ones is work for the collector. */
    private final Deque<byte[]> spare = new ArrayDeque<>();

    /** What is being read: the first connection, then part after part, and one connection for the rest if need be. */
    private InputStream current;

    /** The array under {@code current}, if there is one. */
    private byte[] reading = {};

    private long position;
    private long currentEnd;
    /** The offset of the first byte that was not asked for yet. */
    private long asked;

    private boolean isBegun;
    private boolean isWide = true;

    /** @param first the bytes from the offset on, of which one part is read */
    ParallelBlobStream(ResumingBlobStream first, Blob blob, long offset, Room room) {
        this.first = first;
        this.current = first;
        this.blob = blob;
        this.room = room;
        this.position = offset;
        this.currentEnd = offset + PART_BYTES;
        this.asked = currentEnd;
    }

    private void askAhead() {
        while (ahead.size() < room.parts() && asked < blob.sizeBytes()) {
            ByteRange part = new ByteRange(asked, (int) Math.min(PART_BYTES, blob.sizeBytes() - asked));
            byte[] bytes = spare.isEmpty() ? new byte[PART_BYTES] : spare.pop();
            ahead.add(room.threads().submit(() -> part(part, bytes)));
            asked += part.length();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (!isBegun) {
            // Not before: a caller may look at the size only.
            isBegun = true;
            askAhead();
        }
        if (position == currentEnd && position < blob.sizeBytes()) {
            nextPart();
        }
        int n = current.read(buffer, offset, (int) Math.min(length, Math.max(1, currentEnd - position)));
        position += Math.max(0, n);
        return n;
    }

    private void nextPart() throws IOException {
        current.close();
        if (reading.length > 0) {
            spare.push(reading);
        }
        Optional<Part> part = taken();
        askAhead();
        if (part.isPresent()) {
            reading = part.get().bytes;
            current = new ByteArrayInputStream(reading, 0, part.get().length);
            currentEnd = position + part.get().length;
        } else {
            narrow();
            first.goOnFrom(position);
            current = first;
            currentEnd = blob.sizeBytes();
        }
    }

    private Optional<Part> taken() throws IOException {
        try {
            return ahead.remove().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a part was on its way");
        }
    }

    /** Empty where a server doesn't bring it whole: what is left is then asked for in another way, and tried again there. */
    private Optional<Part> part(ByteRange range, byte[] bytes) {
        try (Response response = blob.open().apply(request -> {
            blob.strongTag().ifPresent(tag -> request.header("If-Range", tag));
            return request.header("Range", range.header());
        })) {
            if (response.code() != 206) {
                response.body().source().timeout().deadlineNanoTime(System.nanoTime());
                return Optional.empty();
            }
            requireSameTag(response);
            int length = BlobRangeResponse.readInto(bytes, response, blob.sizeBytes(), range, blob.action());
            return length == range.length() ? Optional.of(new Part(bytes, length)) : Optional.empty();
        } catch (UpstreamException e) {
            if (e.kind() == Kind.INVALID) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void requireSameTag(Response response) {
        Optional<String> tag = ResumingBlobStream.strongTag(response);
        if (tag.isPresent() && blob.strongTag().isPresent() && !tag.equals(blob.strongTag())) {
            throw UpstreamException.answered(
                    Kind.INVALID,
                    blob.action(),
                    "the blob changed while it was read: its entity tag is another",
                    response.code(),
                    Optional.empty());
        }
    }

    private void narrow() {
        if (isWide) {
            isWide = false;
            ahead.forEach(part -> part.cancel(true));
            ahead.clear();
            asked = blob.sizeBytes();
            room.release().run();
        }
    }

    @Override
    public void close() throws IOException {
        narrow();
        current.close();
    }
}
