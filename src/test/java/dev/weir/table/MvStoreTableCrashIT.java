package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.local.MvStoreTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed with SIGKILL, again and again over one folder; what it acknowledged is there. */
class MvStoreTableCrashIT {
    private static final int KILLS = 100;
    private static final int SIGKILLED = 128 + 9;

    private final long[] acknowledged = new long[MvStoreTableWriter.THREADS];
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Process writer() throws IOException {
        String classPath = Stream.of(MvStoreTableWriter.class, MvStoreTable.class, Table.class, MVStore.class)
                .map(type -> type.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(location -> Path.of(location.getPath()).toString())
                .distinct()
                .collect(Collectors.joining(":"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        classPath,
                        MvStoreTableWriter.class.getName(),
                        data().toString())
                .redirectError(folder.resolve("errors").toFile())
                .start();
    }

    @Test
    void nothingAcknowledgedIsLostByAHundredKills() throws Exception {
        int productive = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            long[] before = acknowledged.clone();
            killAtARandomMoment();
            productive += Arrays.equals(before, acknowledged) ? 0 : 1;
            try (MvStoreTable table = MvStoreTable.open(data(), Clock.systemUTC())) {
                for (int thread = 0; thread < MvStoreTableWriter.THREADS; thread++) {
                    checkSince(table, thread, before[thread], "kill " + kill + ", seed " + seed);
                }
            }
        }
        assertThat(productive)
                .as("kills of a process that had acknowledged something")
                .isGreaterThan(KILLS / 2);
        try (MvStoreTable table = MvStoreTable.open(data(), Clock.systemUTC())) {
            checkAll(table);
        }
    }

    /** Lines of output before the kill: none while the process starts, one when the table is open, more while it writes. */
    private void killAtARandomMoment() throws Exception {
        Process process = writer();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            int lines = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(40);
            StringBuilder output = new StringBuilder();
            for (int line = 0; line < lines; line++) {
                output.append(Objects.requireNonNull(reader.readLine(), errors()))
                        .append('\n');
            }
            CompletableFuture<String> rest = CompletableFuture.supplyAsync(() -> untilEnd(reader));
            process.waitFor(random.nextInt(lines == 0 ? 400 : 60), TimeUnit.MILLISECONDS);
            // Not the process's own method, which closes the pipe: what is still in it has been acknowledged.
            process.toHandle().destroyForcibly();
            acknowledge(output + rest.get());
            assertThat(process.waitFor()).as(errors()).isEqualTo(SIGKILLED);
        } finally {
            process.destroyForcibly();
        }
    }

    private String errors() throws IOException {
        return "the writer's errors: " + Files.readString(folder.resolve("errors"));
    }

    private static String untilEnd(BufferedReader reader) {
        StringBuilder all = new StringBuilder();
        try {
            for (int next = reader.read(); next >= 0; next = reader.read()) {
                all.append((char) next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    /** A line that was cut off acknowledges nothing. */
    private void acknowledge(String output) {
        output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains(" "))
                .map(line -> line.split(" ", -1))
                .forEach(words -> acknowledged[Integer.parseInt(words[0])] = Long.parseLong(words[1]));
    }

    /** A transaction that was not acknowledged may be there, whole. */
    private void checkSince(Table table, int thread, long before, String moment) {
        long count = table.find(MvStoreTableWriter.counter(thread), Consistency.STRONG)
                .map(item -> item.number("count"))
                .orElse(0L);
        assertThat(count).as(moment).isBetween(acknowledged[thread], acknowledged[thread] + 1);
        acknowledged[thread] = count;
        for (long entry = before + 1; entry <= count; entry++) {
            assertThat(table.find(MvStoreTableWriter.entry(thread, entry), Consistency.STRONG))
                    .as(moment)
                    .contains(MvStoreTableWriter.written(thread, entry));
        }
        assertThat(table.find(MvStoreTableWriter.entry(thread, count + 1), Consistency.STRONG))
                .as(moment)
                .isEmpty();
    }

    private static final DueRange WHENEVER =
            new DueRange(TimesOfDay.ALL, Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE));

    private void checkAll(Table table) {
        for (int thread = 0; thread < MvStoreTableWriter.THREADS; thread++) {
            long entries = 0;
            Query query = Query.of(MvStoreTableWriter.PARTITION).startingWith("entry#" + thread + "#");
            for (Iterator<Item> items = table.iterate(query); items.hasNext(); entries++) {
                assertThat(items.next()).isEqualTo(MvStoreTableWriter.written(thread, entries + 1));
            }
            long due = 0;
            for (Iterator<Item> items = table.due((char) ('0' + thread), WHENEVER); items.hasNext(); due++) {
                assertThat(items.next().number(TableLayout.DUE_AT)).isEqualTo(due + 1);
            }
            assertThat(List.of(entries, due)).containsOnly(acknowledged[thread]);
        }
    }

    @Test
    void aSecondProcessIsToldThatTheFolderIsInUse() throws Exception {
        try (MvStoreTable table = MvStoreTable.open(data(), Clock.systemUTC())) {
            Process second = writer();
            try {
                assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(second.exitValue()).isNotZero();
                assertThat(errors())
                        .contains(data() + " is in use by another Weir; end that one, or choose another WEIR_DATA");
            } finally {
                second.destroyForcibly();
            }
            table.put(Item.at(new Key("a", "b")));
        }
    }
}
