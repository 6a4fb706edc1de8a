package dev.weir.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder that holds everything a local registry keeps ({@code WEIR_DATA}). One process holds it at a time, by a lock on
 * the file {@code lock} in it; the operating system releases the lock when the process ends, however it ends. A folder that
 * is made here is readable by this user alone, since it may hold private images.
 *
 * <p>Errors: {@link #open} throws {@link IllegalStateException} whose one line names the folder, the reason and the remedy.
 */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the folder if it is absent and locks it. */
    static DataFolder open(Path path) {
        Path lockFile = path.resolve("lock");
        try {
            createIfAbsent(path);
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new IllegalStateException("the data folder '" + path + "' is in use by another Weir"
                        + pid(lockFile).map(pid -> " (process " + pid + ")").orElse("")
                        + ": end that one, or set WEIR_DATA to another folder");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the data folder '" + path + "' can't be written (" + reason(e)
                            + "): set WEIR_DATA to a folder that this user may write",
                    e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static Optional<String> pid(Path lockFile) {
        try {
            return Optional.of(Files.readString(lockFile)).filter(text -> text.matches("[0-9]+"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "it can't be made";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "it is a file";
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /** The permissions to create a file with, where the file system has such. */
    static FileAttribute<?>[] forThisUser(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** The JDK can't make folders over a link to a folder, so one that is there is left alone. */
    private static void createIfAbsent(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path, forThisUser(path, "rwx------"));
        }
    }

    Path path() {
        return path;
    }

    /** A folder in this one, made if it is absent. */
    Path folder(String name) throws IOException {
        Path folder = path.resolve(name);
        createIfAbsent(folder);
        return folder;
    }

    /** Releases the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of the data folder '" + path + "' was not released", e);
        }
    }
}
