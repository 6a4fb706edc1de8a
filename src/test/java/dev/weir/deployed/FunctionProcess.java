package dev.weir.deployed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.deployed.gateway.FunctionResult;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One execution environment of Lambda: a process of the packaged artifact, and the Runtime API that it polls. It serves one
 * invocation at a time.
 *
 * <p>Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
 */
public final class FunctionProcess implements AutoCloseable {
    private static final String API = "/2018-06-01/runtime/";
    private static final ObjectMapper JSON = new ObjectMapper();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Invocation(String id, byte[] event, long deadlineMillis, CompletableFuture<FunctionResult> result) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Invocation> next = new LinkedBlockingQueue<>();
    private final Process process;
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile Optional<Invocation> current = Optional.empty();

    FunctionProcess(List<String> command, Map<String, String> environment, File log) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext(API, this::handle);
        server.setExecutor(threads);
        server.start();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("WEIR_"));
        builder.environment().putAll(environment);
        builder.environment()
                .put(
                        "AWS_LAMBDA_RUNTIME_API",
                        "127.0.0.1:" + server.getAddress().getPort());
        process = builder.start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Whether the process has started and asked for its first event within the time. */
    public boolean isReady(Duration within) throws InterruptedException {
        return asked.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Hands the event to the process and waits; a function that exceeds its timeout is killed, as Lambda does. */
    public FunctionResult invoke(byte[] event, Duration timeout) {
        Invocation invocation = new Invocation(
                UUID.randomUUID().toString(),
                event,
                System.currentTimeMillis() + timeout.toMillis(),
                new CompletableFuture<>());
        next.add(invocation);
        CompletableFuture<?> exit = process.onExit().thenAccept(ended -> invocation
                .result()
                .complete(FunctionResult.failed("Runtime exited with status " + ended.exitValue())));
        try {
            return invocation.result().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            return FunctionResult.failed("Task timed out after " + timeout.toSeconds() + " seconds");
        } catch (ExecutionException | InterruptedException e) {
            return FunctionResult.failed(String.valueOf(e.getMessage()));
        } finally {
            exit.cancel(false);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(API.length());
            if (path.equals("invocation/next")) {
                asked.countDown();
                sendNext(exchange);
                return;
            }
            byte[] payload = exchange.getRequestBody().readAllBytes();
            current.filter(invocation -> path.contains(invocation.id()) || path.equals("init/error"))
                    .or(() -> Optional.ofNullable(path.equals("init/error") ? next.poll() : null))
                    .ifPresent(invocation -> invocation.result().complete(result(path, payload)));
            exchange.sendResponseHeaders(202, -1);
        }
    }

    private static FunctionResult result(String path, byte[] payload) {
        if (!path.endsWith("error")) {
            return new FunctionResult(Optional.empty(), payload);
        }
        try {
            return FunctionResult.failed(
                    JSON.readTree(payload).path("errorMessage").asText());
        } catch (IOException e) {
            return FunctionResult.failed("the function's error is not JSON");
        }
    }

    private void sendNext(HttpExchange exchange) throws IOException {
        try {
            Invocation invocation = next.take();
            current = Optional.of(invocation);
            exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", invocation.id());
            exchange.getResponseHeaders().set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadlineMillis()));
            exchange.getResponseHeaders()
                    .set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:111122223333:function:weir");
            exchange.getResponseHeaders()
                    .set("Lambda-Runtime-Trace-Id", "Root=1-67412f3a-0b1c2d3e4f5061728394a5b6;Sampled=0");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, invocation.event().length);
            exchange.getResponseBody().write(invocation.event());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        server.stop(0);
        threads.shutdownNow();
    }
}
