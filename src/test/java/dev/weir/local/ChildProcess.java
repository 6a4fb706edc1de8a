package dev.weir.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A Java process that a test starts on its own class path, and ends. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** Starts a small JVM; what it prints to either stream is read by {@link #readLine}. */
    static ChildProcess start(Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    void endInput() throws IOException {
        process.outputWriter().close();
    }

    long pid() {
        return process.pid();
    }

    /** The next line; an {@link AssertionError} when the process ended instead. */
    String readLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new AssertionError("the process ended");
        }
        return line;
    }

    /** What it printed and nobody read, once it is killed by SIGKILL; {@link Process#destroyForcibly} would close the stream. */
    List<String> kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
        return output.lines().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
