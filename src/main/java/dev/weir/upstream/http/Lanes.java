package dev.weir.upstream.http;

import dev.weir.time.DaemonThreads;
import java.io.InputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The connections that bring parts of large blobs beside those that bring the first. A blob takes {@value #OF_A_BLOB} of them, or
 * comes by one connection while there are not so many.
 *
 * <p>Units: {@value #ALL} threads and, with the part that each has ready or under way, {@code ALL} × 8 MiB = 48 MiB.
 */
final class Lanes {
    private static final int ALL = 6;
    private static final int OF_A_BLOB = 3;
    private static final int IDLE_SECONDS = 20;

    private final Semaphore free = new Semaphore(ALL);
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            ALL,
            ALL,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("weir-blob-part"));

    Lanes() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** The stream itself where that is as good. */
    InputStream widened(ResumingBlobStream first, ParallelBlobStream.Blob blob, long offset) {
        boolean pays = blob.sizeBytes() - offset > (long) ParallelBlobStream.PART_BYTES * (OF_A_BLOB + 1);
        return pays && free.tryAcquire(OF_A_BLOB)
                ? new ParallelBlobStream(
                        first,
                        blob,
                        offset,
                        new ParallelBlobStream.Room(threads, OF_A_BLOB, () -> free.release(OF_A_BLOB)))
                : first;
    }
}
