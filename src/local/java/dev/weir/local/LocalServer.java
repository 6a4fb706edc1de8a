package dev.weir.local;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP server of a local registry. It listens on 127.0.0.1, where no other machine reaches it, unless another
 * address is asked for.
 *
 * <p>Errors: {@link #start} throws {@link IllegalStateException} whose one line names the port, the reason and the remedy.
 */
final class LocalServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LocalServer.class.getName());
    /** Vert.x' way to let all event loops share one free port. */
    private static final int ANY_SHARED_PORT = -1;

    private final Vertx vertx;
    private final HttpFront front;
    private final int port;

    private LocalServer(Vertx vertx, HttpFront front, int port) {
        this.vertx = vertx;
        this.front = front;
        this.port = port;
    }

    /** @param port 0 for one that is free */
    static LocalServer start(int port, HttpFront front) {
        return start(InetAddress.getLoopbackAddress(), port, front);
    }

    /** @param port 0 for one that is free */
    static LocalServer start(InetAddress address, int port, HttpFront front) {
        String host = address.getHostAddress();
        int eventLoops = Math.max(2, Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        AtomicInteger actualPort = new AtomicInteger();
        try {
            vertx.deployVerticle(
                            () -> new Listener(host, port == 0 ? ANY_SHARED_PORT : port, front, actualPort),
                            new DeploymentOptions().setInstances(eventLoops))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new LocalServer(vertx, front, actualPort.get());
        } catch (CompletionException e) {
            end(vertx);
            throw new IllegalStateException(notStarted(host, port, e.getCause() == null ? e : e.getCause()), e);
        }
    }

    private static String notStarted(String host, int port, Throwable cause) {
        return cause instanceof BindException
                ? "port " + port + " of " + host + " can't be listened on (" + cause.getMessage()
                        + "): end the process that uses it, or set WEIR_PORT to another port"
                : "the HTTP server did not start on port " + port + ": " + cause;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        end(vertx);
        front.close();
    }

    private static void end(Vertx vertx) {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** One event loop's share of the connections. */
    private static final class Listener extends AbstractVerticle {
        private final String host;
        private final int port;
        private final HttpFront front;
        private final AtomicInteger actualPort;

        Listener(String host, int port, HttpFront front, AtomicInteger actualPort) {
            this.host = host;
            this.port = port;
            this.front = front;
            this.actualPort = actualPort;
        }

        /** A client that goes away in the middle of a blob is nothing to report. */
        private static void logItsFailures(HttpConnection connection) {
            connection.exceptionHandler(failure -> LOG.log(Level.DEBUG, "a connection broke: {0}", failure));
        }

        /** HTTP/2 is off since it can't send files without copying them. */
        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions options =
                    new HttpServerOptions().setHost(host).setPort(port).setHttp2ClearTextEnabled(false);
            vertx.createHttpServer(options)
                    .requestHandler(front)
                    .connectionHandler(Listener::logItsFailures)
                    .listen()
                    .onSuccess(server -> actualPort.set(server.actualPort()))
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }
}
