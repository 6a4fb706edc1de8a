package dev.weir.deployed;

import dev.weir.deployed.aws.ResourceNames;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.deployed.gateway.Functions;
import dev.weir.template.Template;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The functions of template.yaml, each with its own environment, memory and timeout, and with at most four processes. */
public final class DeployedFunctions implements Functions, AutoCloseable {
    private static final int CONCURRENCY = 4;

    private final Template template;
    private final Artifact artifact;
    private final Function<String, Map<String, String>> emulators;
    private final Path logs;
    private final Map<String, Deque<FunctionProcess>> idle = new ConcurrentHashMap<>();
    private final Map<String, Semaphore> room = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> invocations = new ConcurrentHashMap<>();
    private final Deque<FunctionProcess> all = new ConcurrentLinkedDeque<>();

    /** No process starts any more: an event may arrive while the others are ended. Guarded by {@code all}. */
    private boolean isClosed;

    /** @param emulators function → what stands in for AWS: endpoints, credentials */
    DeployedFunctions(
            Template template, Artifact artifact, Function<String, Map<String, String>> emulators, Path logs) {
        this.template = template;
        this.artifact = artifact;
        this.emulators = emulators;
        this.logs = logs;
    }

    public int invocations(String logicalId) {
        return invocations.getOrDefault(logicalId, new AtomicInteger()).get();
    }

    /** The file that holds what all processes of the function printed. */
    public Path log(String logicalId) {
        return logs.resolve(logicalId + ".log");
    }

    /** Copies the logs into a folder; a log of an earlier run is replaced. */
    void copyLogs(Path folder) throws IOException {
        for (String logicalId : invocations.keySet()) {
            Files.copy(log(logicalId), folder.resolve(logicalId + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public FunctionResult invoke(String logicalId, byte[] event) {
        invocations.computeIfAbsent(logicalId, id -> new AtomicInteger()).incrementAndGet();
        Semaphore places = room.computeIfAbsent(logicalId, id -> new Semaphore(CONCURRENCY));
        Deque<FunctionProcess> waiting = idle.computeIfAbsent(logicalId, id -> new ConcurrentLinkedDeque<>());
        places.acquireUninterruptibly();
        try {
            FunctionProcess process = waiting.poll();
            if (process == null || !process.isAlive()) {
                process = start(logicalId);
            }
            Duration timeout = Duration.ofSeconds(
                    template.properties(logicalId).path("Timeout").asLong());
            FunctionResult result = process.invoke(event, timeout);
            waiting.push(process);
            return result;
        } finally {
            places.release();
        }
    }

    /** Ends the function's idle processes, so that the next event starts a new one, as after a deployment. */
    public void endIdleProcesses(String logicalId) {
        Deque<FunctionProcess> waiting = idle.getOrDefault(logicalId, new ConcurrentLinkedDeque<>());
        for (FunctionProcess old = waiting.poll(); old != null; old = waiting.poll()) {
            old.close();
        }
    }

    /** A new process, which only the caller uses. */
    public FunctionProcess start(String logicalId) {
        Map<String, String> environment = new HashMap<>(emulators.apply(logicalId));
        template.environment(logicalId).forEach((name, value) -> {
            if (!value.isEmpty()) {
                environment.put(name, ResourceNames.physical(value));
            }
        });
        environment.put("AWS_LAMBDA_FUNCTION_NAME", logicalId);
        environment.put(
                "_HANDLER", template.properties(logicalId).path("Handler").asText());
        File log = log(logicalId).toFile();
        synchronized (all) {
            if (isClosed) {
                throw new IllegalStateException(logicalId + " was invoked after the stack was removed");
            }
            FunctionProcess process = process(logicalId, environment, log);
            all.add(process);
            return process;
        }
    }

    private FunctionProcess process(String logicalId, Map<String, String> environment, File log) {
        try {
            return new FunctionProcess(
                    artifact.command(
                            template.properties(logicalId).path("MemorySize").asInt(),
                            template.properties(logicalId).path("Handler").asText(),
                            environment),
                    environment,
                    log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        synchronized (all) {
            isClosed = true;
            all.forEach(FunctionProcess::close);
        }
    }
}
