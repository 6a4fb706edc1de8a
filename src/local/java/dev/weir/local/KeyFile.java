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
 * A key that signs: 32 random bytes in a file of the data folder, readable by this user alone. It is kept, so that what was signed
 * survives a restart; when the file is removed, a new key is made and what the older one signed is denied.
 */
final class KeyFile {
    private static final int SIZE_BYTES = 32;

    private KeyFile() {}

    /** @param name of the file */
    static byte[] readOrCreate(DataFolder folder, String name) {
        Path file = folder.path().resolve(name);
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
        byte[] key = random();
        Files.deleteIfExists(file);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                DataFolder.forThisUser(file, "rw-------"))) {
            channel.write(ByteBuffer.wrap(key));
        }
        return key;
    }

    /** A key that ends with this process. */
    static byte[] random() {
        byte[] key = new byte[SIZE_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
