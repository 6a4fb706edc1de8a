package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.store.KeptUpload;
import dev.weir.store.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Content on its way into a file. Content of up to 4 MiB, which may be a manifest, is on the disk before it is at its place; larger
 * content is marked and synced afterwards.
 *
 * <p>Units: memory is bounded by one buffer of 128 KiB.
 */
final class FileUpload implements Upload {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final long SYNCED_BYTES = Manifest.MAX_SIZE_BYTES;

    private final Digest digest;
    private final Path file;
    private final Path place;
    private final UnsyncedFiles unsynced;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private @Nullable FileChannel out;
    private @Nullable CompletableFuture<Path> mark;
    private long written;

    /**
     * @param file written meanwhile
     * @param place where the content will be
     */
    FileUpload(Digest digest, Path file, Path place, UnsyncedFiles unsynced) {
        this.digest = digest;
        this.file = file;
        this.place = place;
        this.unsynced = unsynced;
    }

    @Override
    public boolean readPart(InputStream verified) throws IOException {
        int count = verified.readNBytes(buffer.array(), 0, BUFFER_BYTES);
        try {
            write(buffer.position(0).limit(count));
        } catch (IOException e) {
            throw notStored(e);
        }
        return count == BUFFER_BYTES;
    }

    private FileChannel out() throws IOException {
        if (out == null) {
            out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        return out;
    }

    private void write(ByteBuffer bytes) throws IOException {
        written += bytes.remaining();
        if (mark == null && written > SYNCED_BYTES) {
            mark = unsynced.mark(digest);
        }
        while (bytes.hasRemaining()) {
            out().write(bytes);
        }
    }

    /** Another writer of the same digest has the same bytes, so it does not matter whose file stays. */
    @Override
    public long complete() throws IOException {
        try {
            Files.createDirectories(place.getParent());
            if (mark == null) {
                out().force(true);
                Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
                FileContentStore.forceFoldersOf(place);
            } else {
                Path marked = mark.join();
                Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
                mark = null;
                unsynced.sync(digest, marked);
            }
            return written;
        } catch (IOException e) {
            throw notStored(e);
        } catch (CompletionException e) {
            throw notStored(e.getCause() instanceof IOException cause ? cause : new IOException(e));
        }
    }

    private IOException notStored(IOException e) {
        return new IOException(
                digest + " was not stored in '" + place.getParent() + "' (" + e.getMessage()
                        + "): free space there, or set WEIR_DATA to another folder",
                e);
    }

    /** A laptop's fills have no deadline. */
    @Override
    public Optional<KeptUpload> keep() {
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            if (out != null) {
                out.close();
            }
            Files.deleteIfExists(file);
            if (mark != null) {
                Files.deleteIfExists(mark.join());
            }
        } catch (IOException | CompletionException e) {
            throw new UncheckedIOException(
                    "'" + file + "' can't be removed", e instanceof IOException io ? io : new IOException(e));
        }
    }
}
