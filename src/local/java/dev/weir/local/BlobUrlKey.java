package dev.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * The key that signs blob URLs: 32 random bytes in the file {@code blob-url.key} of the data folder, readable by this user
 * alone. It is kept, so that a URL survives a restart; when it is removed, a new one is made and older URLs are denied.
 */
final class BlobUrlKey {
    private static final int SIZE_BYTES = 32;

    private BlobUrlKey() {}

    static byte[] readOrCreate(DataFolder folder) {
        Path file = folder.path().resolve("blob-url.key");
        try {
            Optional<byte[]> kept = read(file);
            return kept.isPresent() ? kept.get() : create(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the key file '" + file + "' can't be read or written: remove it", e);
        }
    }

    /** A file of another length was cut by a crash: it is taken as absent. */
    private static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file)).filter(bytes -> bytes.length == SIZE_BYTES);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static byte[] create(Path file) throws IOException {
        byte[] key = new byte[SIZE_BYTES];
        new SecureRandom().nextBytes(key);
        Files.deleteIfExists(file);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                DataFolder.forThisUser(file, "rw-------"))) {
            channel.write(ByteBuffer.wrap(key));
        }
        return key;
    }
}
