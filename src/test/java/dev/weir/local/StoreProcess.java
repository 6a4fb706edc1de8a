package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.store.UrlLife;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Stores random blobs in a folder until it is killed: {@code StoreProcess <folder> <seed>}. It begins when its standard input
 * ends, prints each digest once the store has returned, which is when the blob is promised to stay, and ends by itself after a
 * minute.
 */
final class StoreProcess {
    private static final int WRITERS = 3;
    private static final int MAX_BYTES = 512 * 1024;
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private StoreProcess() {}

    public static void main(String... arguments) throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
        DataFolder folder = DataFolder.open(Path.of(arguments[0]));
        FileContentStore contents = FileContentStore.open(folder, UrlLife.USUAL, Clock.systemUTC());
        for (int writer = 0; writer < WRITERS; writer++) {
            Random random = new Random(Long.parseLong(arguments[1]) * WRITERS + writer);
            new Thread(() -> storeUntilKilled(contents, random)).start();
        }
    }

    private static void storeUntilKilled(FileContentStore contents, Random random) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST_NANOS) {
            byte[] bytes = new byte[random.nextInt(MAX_BYTES)];
            random.nextBytes(bytes);
            Digest digest = Digest.of(bytes);
            try {
                contents.put(
                        digest,
                        OptionalLong.empty(),
                        new VerifyingInputStream(new ByteArrayInputStream(bytes), digest, OptionalLong.empty()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            System.out.println(digest);
        }
    }
}
