package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.fake.AwsUnderTest;
import dev.weir.oci.Digest;
import dev.weir.registry.RegistryResponse;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.ContentStoreContract;
import dev.weir.store.UrlLife;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentStoreTest extends ContentStoreContract {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final Path path = temporary();
    private final DataFolder folder = DataFolder.open(path);
    private final FileContentStore contents = FileContentStore.open(folder, UrlLife.USUAL, CLOCK);
    private final LocalServer server = LocalServer.start(
            0, new HttpFront(request -> new RegistryResponse(404, Map.of(), new byte[0]), Optional.of(contents)));

    private static Path temporary() {
        try {
            return Files.createTempDirectory("weir-test");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    void stop() {
        server.close();
        folder.close();
        AwsUnderTest.remove(path);
    }

    @Override
    protected ContentStore contents() {
        return contents;
    }

    @Override
    protected URI base() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    @Override
    protected int uploads() throws IOException {
        try (Stream<Path> left = Files.list(path.resolve("uploads"))) {
            return (int)
                    left.filter(file -> !file.toString().endsWith(".unsynced")).count();
        }
    }

    @Override
    protected void overwrite(Digest digest, byte[] bytes) throws IOException {
        Files.write(contents.file(digest), bytes);
    }

    @Test
    void findsAfterARestartWhatItStoredAndRemovesWhatAKilledProcessLeft(@TempDir Path data) throws IOException {
        byte[] bytes = random(300);
        Digest digest = Digest.of(bytes);
        URI signed;
        try (DataFolder first = DataFolder.open(data)) {
            FileContentStore store = FileContentStore.open(first, UrlLife.USUAL, CLOCK);
            store.put(digest, OptionalLong.empty(), verified(new ByteArrayInputStream(bytes), digest));
            signed = store.presign(digest, BlobAccess.GET);
        }
        Path left = Files.write(data.resolve("uploads").resolve("1"), random(10));
        try (DataFolder second = DataFolder.open(data)) {
            FileContentStore store = FileContentStore.open(second, UrlLife.USUAL, CLOCK);
            assertThat(store.find(digest)).hasValue(bytes);
            assertThat(left).doesNotExist();
            assertThat(store.urls().verify("GET", signed.getPath(), signed.getRawQuery()))
                    .isEqualTo(digest);
        }
    }

    @Test
    void keepsItsKeyAndItsFolderFromOtherUsers(@TempDir Path parent) throws IOException {
        Path data = parent.resolve("data");
        try (DataFolder held = DataFolder.open(data)) {
            FileContentStore.open(held, UrlLife.USUAL, CLOCK);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("blob-url.key"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aFailureOfTheDiskNamesTheContentTheFolderAndTheRemedy(@TempDir Path data) throws IOException {
        byte[] bytes = random(301);
        Digest digest = Digest.of(bytes);
        try (DataFolder held = DataFolder.open(data)) {
            FileContentStore store = FileContentStore.open(held, UrlLife.USUAL, CLOCK);
            Files.writeString(data.resolve("blobs").resolve("sha256"), "a file where a folder should be");
            assertThatIOException()
                    .isThrownBy(() ->
                            store.put(digest, OptionalLong.empty(), verified(new ByteArrayInputStream(bytes), digest)))
                    .withMessageContaining(digest.toString())
                    .withMessageContaining(data.toString())
                    .withMessageContaining("WEIR_DATA");
        }
        try (Stream<Path> left = Files.list(data.resolve("uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFolderIsHeldByOneProcess(@TempDir Path data) {
        try (DataFolder held = DataFolder.open(data)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> DataFolder.open(data))
                    .withMessage("the data folder '" + held.path() + "' is in use by another Weir (process "
                            + ProcessHandle.current().pid()
                            + "): end that one, or set WEIR_DATA to another folder");
        }
        DataFolder.open(data).close();
    }

    @Test
    void aFolderThatCanNotBeMadeIsNamedWithTheRemedy(@TempDir Path parent) throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "x");
        for (Path path : new Path[] {file, file.resolve("below"), Path.of("/proc/weir")}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> DataFolder.open(path))
                    .withMessageContaining("'" + path + "' can't be written (")
                    .withMessageContaining("WEIR_DATA")
                    .withMessageNotContaining("\n");
        }
    }

    @Test
    void aFolderMayBeALink(@TempDir Path parent) throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), Files.createDirectory(parent.resolve("real")));
        try (DataFolder held = DataFolder.open(link)) {
            FileContentStore.open(held, UrlLife.USUAL, CLOCK);
        }
        assertThat(parent.resolve("real").resolve("blobs")).isDirectory();
    }

    /** As a process that was ended left it: at its place, and marked. */
    private static Digest marked(Path data, byte[] bytes, byte[] onDisk) throws IOException {
        Digest digest = Digest.of(bytes);
        try (DataFolder held = DataFolder.open(data)) {
            FileContentStore store = FileContentStore.open(held, UrlLife.USUAL, CLOCK);
            store.put(digest, OptionalLong.empty(), verified(new ByteArrayInputStream(bytes), digest));
            store.close();
            Files.write(store.file(digest), onDisk);
        }
        Files.createFile(data.resolve("uploads/1-sha256-" + digest.hex() + ".unsynced"));
        return digest;
    }

    private static OptionalLong sizeAfterARestart(Path data, Digest digest) throws IOException {
        try (DataFolder held = DataFolder.open(data);
                FileContentStore store = FileContentStore.open(held, UrlLife.USUAL, CLOCK)) {
            assertThat(data.resolve("uploads")).isEmptyDirectory();
            return store.findSize(digest);
        }
    }

    @Test
    void aLargeBlobIsThereBeforeItIsOnTheDiskAndNoMarkIsLeftOnceItIs(@TempDir Path data) throws IOException {
        byte[] bytes = random(5 * 1024 * 1024);
        Digest digest = Digest.of(bytes);
        try (DataFolder held = DataFolder.open(data)) {
            FileContentStore store = FileContentStore.open(held, UrlLife.USUAL, CLOCK);
            store.put(digest, OptionalLong.empty(), verified(new ByteArrayInputStream(bytes), digest));
            assertThat(store.findSize(digest)).hasValue(bytes.length);
            store.close();
            assertThat(data.resolve("uploads")).isEmptyDirectory();
        }
    }

    @Test
    void aLargeBlobStaysAfterAKill(@TempDir Path data) throws IOException {
        byte[] bytes = random(5 * 1024 * 1024);
        assertThat(sizeAfterARestart(data, marked(data, bytes, bytes))).hasValue(bytes.length);
    }

    @Test
    void aLargeBlobOfWhichAPowerFailureTookBytesIsGone(@TempDir Path data) throws IOException {
        byte[] bytes = random(5 * 1024 * 1024);
        byte[] torn = Arrays.copyOf(Arrays.copyOf(bytes, 4 * 1024 * 1024), bytes.length);
        assertThat(sizeAfterARestart(data, marked(data, bytes, torn))).isEmpty();
    }

    @Test
    void aMarkOfNoBlobIsRemoved(@TempDir Path data) throws IOException {
        byte[] bytes = random(300);
        Digest digest = marked(data, bytes, bytes);
        Files.createFile(data.resolve("uploads/2-sha256-beef.unsynced"));
        Files.createFile(data.resolve("uploads/.unsynced"));
        assertThat(sizeAfterARestart(data, digest)).hasValue(bytes.length);
    }

    @Test
    void aMarkedBlobThatCannotBeReadIsGoneAndTheStoreOpens(@TempDir Path data) throws IOException {
        byte[] bytes = random(300);
        Digest digest = marked(data, bytes, bytes);
        Path file = data.resolve("blobs/" + BlobUrls.path(digest));
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(sizeAfterARestart(data, digest)).isEmpty();
    }
}
