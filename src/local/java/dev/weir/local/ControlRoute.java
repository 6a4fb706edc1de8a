package dev.weir.local;

import dev.weir.control.ControlHandler;
import dev.weir.control.ControlRequest;
import dev.weir.control.ControlResponse;
import dev.weir.time.DaemonThreads;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The paths of the admin API, {@code /ecr} and {@code /sts}, and {@code POST /}. A body is read whole, since its signature covers it.
 *
 * <p>Errors: 429 while all threads are taken; the connection ends with a body that is too large.
 */
final class ControlRoute implements AutoCloseable {
    private static final int MAX_THREADS = 16;

    private final ControlHandler control;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 20, TimeUnit.SECONDS, new SynchronousQueue<>(), DaemonThreads.named("weir-control"));

    ControlRoute(ControlHandler control) {
        this.control = control;
    }

    boolean serves(HttpServerRequest request) {
        return control.serves(request.method().name(), request.path());
    }

    void answer(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        read(request, body -> {
            ControlRequest asked = new ControlRequest(
                    request.method().name(),
                    request.path(),
                    request.query() == null ? "" : request.query(),
                    HttpFront.byLowerCaseName(request.headers()),
                    body.getBytes(),
                    request.remoteAddress().hostAddress(),
                    UUID.randomUUID().toString());
            try {
                threads.execute(() -> {
                    ControlResponse answer = control.handle(asked);
                    context.runOnContext(unused -> send(answer, request.response()));
                });
            } catch (RejectedExecutionException e) {
                request.response().putHeader("Retry-After", "1");
                TextAnswer.send(request, 429, MAX_THREADS + " calls are being answered already; try again in a second");
            }
        });
    }

    private static void read(HttpServerRequest request, Consumer<Buffer> whole) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > ControlRequest.MAX_BODY_BYTES) {
                request.connection().close();
            }
        });
        request.endHandler(unused -> whole.accept(body));
    }

    private static void send(ControlResponse answer, HttpServerResponse response) {
        if (response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(answer.body()));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
