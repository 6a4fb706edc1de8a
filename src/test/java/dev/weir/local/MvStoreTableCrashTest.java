package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.MovableClock;
import dev.weir.table.Consistency;
import dev.weir.table.Item;
import dev.weir.table.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table's files as they are after an end at any moment: between two of their changes, and in the middle of one. */
class MvStoreTableCrashTest {
    private static final Key COUNTER = new Key("crash", "counter");
    private static final int SESSIONS = 120;
    private static final int WRITES = 24;
    private static final int CHECKS = 12;

    private final MovableClock clock = new MovableClock();
    private final Random random = new Random(1);

    @TempDir
    private Path folder;

    private enum End {
        /** The system has all that was written. */
        KILL,
        /** The disk has all that was written before the last sync of a file, and of what was written since some. */
        POWER_FAILURE
    }

    /** Files by name, and how many writes were acknowledged when they were like this. */
    private record Moment(Map<String, byte[]> files, long acknowledged) {}

    @BeforeAll
    static void register() {
        RecordedFile.Paths.register();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedIsThereWheneverTheProcessEnds(End end) throws IOException {
        Moment start = new Moment(Map.of(), 0);
        for (int session = 1; session <= SESSIONS; session++) {
            List<Integer> acknowledgements = write(start);
            Moment clean = new Moment(files(), start.acknowledged + WRITES);
            List<RecordedFile.Event> events = RecordedFile.events();
            Moment ended = clean;
            for (int check = 0; check < CHECKS; check++) {
                // More often near the start, where a session meets what the one before left behind.
                int count = 1 + random.nextInt(random.nextBoolean() ? 8 : events.size());
                ended = ended(start, events.subList(0, count), acknowledgements, end);
                long found = count(ended);
                assertThat(found)
                        .as("session %d, ended in call %d of %d", session, count, events.size())
                        .isBetween(ended.acknowledged, ended.acknowledged + 1);
                ended = new Moment(ended.files, found);
            }
            start = random.nextInt(4) == 0 ? ended : clean;
        }
    }

    /** Opens the files, writes and closes them; returns after how many calls each write was acknowledged. */
    private List<Integer> write(Moment start) throws IOException {
        place(start);
        List<Integer> acknowledgements = new ArrayList<>();
        try (MvStoreTable table = MvStoreTable.open(folder, RecordedFile.named(table()), clock)) {
            for (long write = start.acknowledged + 1; write <= start.acknowledged + WRITES; write++) {
                table.put(Item.at(COUNTER).with("count", write).with("bytes", new byte[random.nextInt(3000)]));
                acknowledgements.add(RecordedFile.events().size());
                if (random.nextInt(4) == 0) {
                    table.sweep();
                }
            }
        }
        return acknowledgements;
    }

    /** The files after these calls, the last of which was cut off. */
    private Moment ended(Moment start, List<RecordedFile.Event> calls, List<Integer> acknowledgements, End end) {
        Map<String, byte[]> files = new HashMap<>(start.files);
        for (int i = 0; i < calls.size(); i++) {
            RecordedFile.Event call = calls.get(i);
            boolean isSafe = end == End.KILL
                    ? i < calls.size() - 1
                    : calls.subList(i + 1, calls.size()).contains(RecordedFile.Event.syncOf(call.file()));
            int share = isSafe ? 100 : 50 * random.nextInt(3);
            files.compute(call.file(), (name, before) -> call.applied(before == null ? new byte[0] : before, share));
        }
        long acknowledged = acknowledgements.stream()
                .filter(count -> count <= calls.size() - 1)
                .count();
        return new Moment(files, start.acknowledged + acknowledged);
    }

    private void place(Moment moment) throws IOException {
        for (Path file : List.of(table(), MvStoreTableFile.journalOf(table()))) {
            byte[] bytes = moment.files.get(file.getFileName().toString());
            if (bytes == null) {
                Files.deleteIfExists(file);
            } else {
                Files.write(file, bytes);
            }
        }
    }

    private Path table() {
        return folder.resolve(MvStoreTable.FILE);
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (Path file : List.of(table(), MvStoreTableFile.journalOf(table()))) {
            files.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return files;
    }

    private long count(Moment moment) throws IOException {
        place(moment);
        try (MvStoreTable table = MvStoreTable.open(folder, RecordedFile.named(table()), clock)) {
            return table.find(COUNTER, Consistency.STRONG)
                    .map(item -> item.number("count"))
                    .orElse(0L);
        }
    }
}
