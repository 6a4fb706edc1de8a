package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.Digest;
import dev.weir.store.UrlLife;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a store whose process was killed in the middle of its work. */
class KilledWriterTest {
    private static final int KILLS = 100;

    @Test
    void everyBlobThatWasAcknowledgedIsWholeAndNoUploadIsLeftHoweverOftenTheWriterIsKilled(@TempDir Path data)
            throws Exception {
        Random random = new Random(1);
        Set<String> acknowledged = new HashSet<>();
        Deque<ChildProcess> writers = new ArrayDeque<>(List.of(writer(data, 0)));
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                writers.add(writer(data, kill + 1));
                List<String> stored = storeUntilKilled(writers.element(), random.nextInt(40));
                writers.remove();
                acknowledged.addAll(stored);
                verify(data, stored);
            }
        } finally {
            writers.forEach(ChildProcess::close);
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS);
        assertThat(filesIn(data.resolve("blobs")))
                .as("nothing is visible that is not whole")
                .allSatisfy(
                        file -> assertThat(Digest.of(Files.readAllBytes(file)).hex())
                                .isEqualTo(file.getFileName().toString()));
    }

    /** A process that waits with its work until its input ends: the next one starts while this one writes. */
    private static ChildProcess writer(Path data, int seed) throws Exception {
        return ChildProcess.start(StoreProcess.class, Map.of(), data.toString(), Integer.toString(seed));
    }

    /** Kills the writer so many milliseconds after its first blob was acknowledged. */
    private static List<String> storeUntilKilled(ChildProcess writer, int millis) throws Exception {
        writer.endInput();
        String first = writer.readLine();
        Thread.sleep(millis);
        int whole = Digest.of(new byte[0]).toString().length();
        return Stream.concat(Stream.of(first), writer.kill().stream())
                .filter(line -> line.length() == whole)
                .toList();
    }

    private static void verify(Path data, List<String> stored) throws Exception {
        try (DataFolder folder = DataFolder.open(data)) {
            FileContentStore contents = FileContentStore.open(folder, UrlLife.USUAL, Clock.systemUTC());
            assertThat(stored).allSatisfy(digest -> assertThat(contents.find(Digest.parse(digest)))
                    .as(digest)
                    .isPresent());
            assertThat(filesIn(data.resolve("uploads"))).isEmpty();
        }
    }

    private static List<Path> filesIn(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
