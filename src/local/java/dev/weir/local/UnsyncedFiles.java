package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.time.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Large blobs that are whole and at their place, but not on the disk yet: nobody who pulls one waits for the disk. Each has a mark that
 * is on the disk before the blob is at its place. A start that finds a mark hashes the blob: it stays after a kill, and goes where a
 * power failure took some of its bytes.
 *
 * <p>Shape: empty files {@code <number>-<algorithm>-<hex>.unsynced} in the folder of uploads.
 */
final class UnsyncedFiles implements AutoCloseable {
    private static final Logger LOG = System.getLogger(UnsyncedFiles.class.getName());
    private static final String ENDING = ".unsynced";
    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Function<Digest, Path> places;
    private final AtomicLong last = new AtomicLong();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(DaemonThreads.named("weir-sync"));
    private final ExecutorService marking = Executors.newSingleThreadExecutor(DaemonThreads.named("weir-mark"));

    /** @param places where a blob's file is */
    UnsyncedFiles(Path folder, Function<Digest, Path> places) {
        this.folder = folder;
        this.places = places;
    }

    /** Marks a blob beside the caller's thread. */
    CompletableFuture<Path> mark(Digest digest) {
        Path mark = folder.resolve(
                last.incrementAndGet() + "-" + digest.algorithm().prefix() + "-" + digest.hex() + ENDING);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Files.createFile(mark);
                        FileContentStore.force(folder);
                        return mark;
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                marking);
    }

    /** Syncs a blob that is at its place beside the caller's thread; then the mark goes. */
    void sync(Digest digest, Path mark) {
        executor.execute(() -> {
            try {
                synced(digest);
                Files.deleteIfExists(mark);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0} was removed: it can''t be written to the disk: {1}", digest, e);
                remove(digest);
            }
        });
    }

    private void synced(Digest digest) throws IOException {
        Path place = places.apply(digest);
        try (FileChannel file = FileChannel.open(place, java.nio.file.StandardOpenOption.WRITE)) {
            file.force(true);
        } catch (NoSuchFileException e) {
            return;
        }
        FileContentStore.forceFoldersOf(place);
    }

    private void remove(Digest digest) {
        try {
            Files.deleteIfExists(places.apply(digest));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be removed: {1}", digest, e);
        }
    }

    /** Looks at what an ended process marked, and empties the folder. */
    void settle() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : left.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING)) {
                    settle(name);
                }
                Files.delete(file);
            }
        }
    }

    private void settle(String name) throws IOException {
        String[] parts = name.substring(0, name.length() - ENDING.length()).split("-", 3);
        try {
            Digest digest = Digest.parse(parts[1] + ":" + parts[2]);
            LOG.log(Level.INFO, "{0} is hashed: the process before ended before it was on the disk", digest);
            if (isWhole(digest)) {
                // Those bytes may be the system's, and not on the disk yet.
                synced(digest);
            } else {
                LOG.log(Level.WARNING, "{0} was not whole on the disk, and is fetched again when it is pulled", digest);
                remove(digest);
            }
        } catch (MalformedValueException | ArrayIndexOutOfBoundsException e) {
            LOG.log(Level.WARNING, "''{0}'' names no blob", name);
        }
    }

    private boolean isWhole(Digest digest) {
        try (InputStream verified =
                new VerifyingInputStream(Files.newInputStream(places.apply(digest)), digest, OptionalLong.empty())) {
            verified.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be read whole: {1}", digest, e);
            return false;
        }
    }

    /** Waits until all are on the disk, a minute at most: a later start hashes those that are not. */
    @Override
    public void close() {
        marking.shutdown();
        executor.shutdown();
        try {
            executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
