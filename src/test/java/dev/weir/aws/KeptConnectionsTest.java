package dev.weir.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weir.aws.AwsClients.Emulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** Threads that call at once call again over the connections that they had. */
class KeptConnectionsTest {
    private static final int THREADS = 16;

    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    private final CyclicBarrier all = new CyclicBarrier(THREADS);

    @Test
    void asManyConnectionsAreKeptAsThereAreThreads() throws Exception {
        HttpServer server = server();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Emulator emulator = new Emulator(
                endpoint, endpoint, StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
        try (S3Client s3 = new AwsClients(Optional.of(emulator), true).s3()) {
            Callable<Object> call =
                    () -> s3.headObject(request -> request.bucket("b").key("k"));
            for (int round = 0; round < 3; round++) {
                List<Future<Object>> calls = threads.invokeAll(Collections.nCopies(THREADS, call));
                for (Future<Object> done : calls) {
                    done.get();
                }
            }
            assertThat(ports).hasSize(THREADS);
        } finally {
            threads.shutdownNow();
            server.stop(0);
        }
    }

    /** Answers when all threads have asked, so that each has a connection of its own. */
    private HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            ports.add(exchange.getRemoteAddress().getPort());
            try {
                all.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IOException(e);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
