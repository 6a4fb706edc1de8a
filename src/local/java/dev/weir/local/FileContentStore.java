package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.KeptUpload;
import dev.weir.store.Upload;
import dev.weir.store.UrlLife;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The content store in a folder. A file is written under {@code uploads} and renamed to its place when it is whole and right
 * ({@link FileUpload}), so a process that is killed leaves whole blobs and nothing else that is ever read; what it left under {@code
 * uploads} is removed when the folder is opened next.
 *
 * <p>Shape: {@code blobs/sha256/ab/abcd…} for content, {@code uploads/<number>} for what is being written.
 *
 * <p>Errors: {@link IOException} or {@link UncheckedIOException}; one that comes from the disk names the content and the folder.
 */
public final class FileContentStore implements ContentStore, AutoCloseable {
    /** Windows can't open a folder, and so not force one; it journals renames itself. */
    private static final boolean FOLDERS_CAN_BE_FORCED =
            !System.getProperty("os.name", "").startsWith("Windows");

    /** The folders above a blob's file: of its first two digits, of its algorithm, and of all. */
    private static final int LEVELS = 3;

    private final Path blobs;
    private final Path uploads;
    private final BlobUrls urls;
    private final UnsyncedFiles unsynced;
    private final AtomicLong lastUpload = new AtomicLong();

    /** Opens the store in a folder that this process holds, and removes what a killed process left of its uploads. */
    FileContentStore(DataFolder folder, BlobUrls urls) {
        this.urls = urls;
        try {
            this.blobs = folder.folder("blobs");
            this.uploads = folder.folder("uploads");
            this.unsynced = new UnsyncedFiles(uploads, this::file);
            unsynced.settle();
            force(folder.path());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the folder '" + folder.path() + "' can't be written (" + e.getMessage()
                            + "): set WEIR_DATA to a folder that this user may write",
                    e);
        }
    }

    /** A store whose URLs are signed with the key in the folder. */
    static FileContentStore open(DataFolder folder, UrlLife life, Clock clock) {
        return new FileContentStore(folder, new BlobUrls(KeyFile.readOrCreate(folder, "blob-url.key"), life, clock));
    }

    @Override
    public OptionalLong findSize(Digest digest) {
        try {
            return OptionalLong.of(Files.size(file(digest)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("size of " + digest + " in '" + blobs + "' can't be read", e);
        }
    }

    @Override
    public Optional<byte[]> find(Digest digest) {
        try (InputStream in = Files.newInputStream(file(digest))) {
            byte[] bytes = in.readNBytes(Manifest.MAX_SIZE_BYTES + 1);
            return bytes.length <= Manifest.MAX_SIZE_BYTES && digest.matches(bytes)
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(digest + " in '" + blobs + "' can't be read", e);
        }
    }

    @Override
    public Optional<byte[]> read(Digest digest, dev.weir.oci.ByteRange range) {
        try (FileChannel in = FileChannel.open(file(digest), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(range.length());
            long position = range.offset();
            for (int n = 0; n >= 0 && bytes.hasRemaining(); position += n) {
                n = in.read(bytes, position);
            }
            return bytes.hasRemaining() ? Optional.empty() : Optional.of(bytes.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(digest + " in '" + blobs + "' can't be read", e);
        }
    }

    @Override
    public Upload begin(Digest digest, OptionalLong sizeBytes) {
        return new FileUpload(
                digest, uploads.resolve(Long.toString(lastUpload.incrementAndGet())), file(digest), unsynced);
    }

    /** A laptop's fills have no deadline. */
    @Override
    public Optional<Upload> goOn(Digest digest, KeptUpload kept) {
        return Optional.empty();
    }

    @Override
    public void discard(Digest digest, KeptUpload kept) {
        // None is kept.
    }

    /** Makes the names in a folder survive a power failure. */
    static void force(Path folder) throws IOException {
        if (FOLDERS_CAN_BE_FORCED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** The same for a file's folder, and the two that this is in. */
    static void forceFoldersOf(Path file) throws IOException {
        Path folder = file;
        for (int level = 0; level < LEVELS; level++) {
            folder = Objects.requireNonNull(folder.getParent(), "a blob is in folders");
            force(folder);
        }
    }

    /** A URL relative to the address by which the client called this registry. */
    @Override
    public URI presign(Digest digest, BlobAccess access) {
        return urls.presign(digest, access);
    }

    BlobUrls urls() {
        return urls;
    }

    /** Where the content is, or would be. */
    Path file(Digest digest) {
        return blobs.resolve(BlobUrls.path(digest));
    }

    /** Waits until what was stored is on the disk. */
    @Override
    public void close() {
        unsynced.close();
    }
}
