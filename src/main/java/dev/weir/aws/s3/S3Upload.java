package dev.weir.aws.s3;

import dev.weir.store.KeptUpload;
import dev.weir.store.Upload;
import dev.weir.time.DaemonThreads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Content on its way into S3: one PutObject when it is smaller than a part, else a multipart upload of which two parts are on
 * their way while the next is read.
 *
 * <p>Units: parts of 8 to 64 MiB, at most 10,000 (S3's limits: 5 MiB to 5 GiB, 10,000 parts). Memory is bounded by three parts,
 * threads by two.
 */
final class S3Upload implements Upload {
    private static final int IN_FLIGHT = 2;
    private static final int MIB = 1024 * 1024;
    private static final int MAX_PARTS = 10_000;

    /** A part on its way, and the buffer that is free again when it has arrived. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(Future<String> etag, byte[] buffer) {}

    private final S3Object object;
    private final int partSize;
    private final List<String> etags;
    private final Deque<Sent> inFlight = new ArrayDeque<>();
    private final Deque<byte[]> free = new ArrayDeque<>();

    private Optional<String> uploadId;
    private boolean isEnded;
    private @Nullable ExecutorService threads;
    /** Content that is smaller than a part, to be put at the end. */
    private byte[] whole = {};

    private int wholeLength;
    private long size;

    private S3Upload(S3Object object, int partSize, Optional<String> uploadId, List<String> etags) {
        this.object = object;
        this.partSize = partSize;
        this.uploadId = uploadId;
        this.etags = new ArrayList<>(etags);
        this.size = (long) partSize * etags.size();
    }

    static S3Upload begin(S3Object object, OptionalLong sizeBytes) {
        return new S3Upload(object, partSize(sizeBytes), Optional.empty(), List.of());
    }

    /** Empty when S3 does not hold all the parts any more. */
    static Optional<S3Upload> goOn(S3Object object, KeptUpload kept) {
        return object.findParts(kept)
                .map(etags -> new S3Upload(object, kept.partSizeBytes(), Optional.of(kept.id()), etags));
    }

    /** As small as the size allows; 16 MiB (up to 156 GiB) when the size is not known. A small known size needs less. */
    static int partSize(OptionalLong sizeBytes) {
        if (sizeBytes.isEmpty()) {
            return 16 * MIB;
        }
        long size = sizeBytes.getAsLong();
        if (size < 8 * MIB) {
            return (int) size + 1;
        }
        long smallest = (size + MAX_PARTS - 1) / MAX_PARTS;
        return (int) Math.min(64L * MIB, Math.max(8L * MIB, smallest));
    }

    @Override
    public boolean readPart(InputStream verified) throws IOException {
        if (wholeLength > 0 || isEnded) {
            return false;
        }
        byte[] buffer = freeBuffer();
        int length = verified.readNBytes(buffer, 0, buffer.length);
        isEnded = length < buffer.length;
        if (length == buffer.length || (length > 0 && uploadId.isPresent())) {
            send(buffer, length);
        } else {
            whole = buffer;
            wholeLength = length;
        }
        size += length;
        return length > 0;
    }

    private byte[] freeBuffer() throws IOException {
        if (inFlight.size() == IN_FLIGHT) {
            takeOldest();
        }
        byte[] buffer = free.poll();
        return buffer == null ? new byte[partSize] : buffer;
    }

    private void send(byte[] buffer, int length) {
        String id = uploadId.orElseGet(object::createUpload);
        uploadId = Optional.of(id);
        if (threads == null) {
            threads = Executors.newFixedThreadPool(IN_FLIGHT, DaemonThreads.named("weir-part"));
        }
        int number = etags.size() + inFlight.size() + 1;
        inFlight.add(new Sent(
                threads.submit(
                        () -> object.uploadPart(id, number, new ByteArrayInputStream(buffer, 0, length), length)),
                buffer));
    }

    /** Errors: what the part failed with; the upload is to be given up then. */
    private void takeOldest() throws IOException {
        Sent sent = inFlight.remove();
        try {
            etags.add(sent.etag().get());
            free.add(sent.buffer());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a part could not be sent", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a part was on its way");
        }
    }

    @Override
    public long complete() throws IOException {
        if (uploadId.isEmpty()) {
            object.put(new ByteArrayInputStream(whole, 0, wholeLength), wholeLength);
            return size;
        }
        takeAll();
        object.complete(uploadId.get(), etags);
        uploadId = Optional.empty();
        return size;
    }

    private void takeAll() throws IOException {
        while (!inFlight.isEmpty()) {
            takeOldest();
        }
    }

    @Override
    public Optional<KeptUpload> keep() {
        if (uploadId.isEmpty() || isEnded) {
            return Optional.empty();
        }
        try {
            takeAll();
        } catch (IOException e) {
            return Optional.empty();
        }
        KeptUpload kept = new KeptUpload(uploadId.get(), partSize, (long) partSize * etags.size());
        uploadId = Optional.empty();
        return Optional.of(kept);
    }

    /** Nothing is sent any more when the upload is aborted: a part that arrives later would be left behind. */
    @Override
    public void close() {
        if (uploadId.isPresent()) {
            inFlight.forEach(S3Upload::awaitEnd);
            object.abort(uploadId.get());
            uploadId = Optional.empty();
        }
        if (threads != null) {
            threads.shutdown();
        }
    }

    private static void awaitEnd(Sent sent) {
        try {
            sent.etag().get();
        } catch (ExecutionException e) {
            // The upload is given up, for this or another failure.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
