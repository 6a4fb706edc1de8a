package dev.weir.fake;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** DynamoDB Local inside this process, on a free loopback port. */
public final class EmbeddedDynamoDb implements AutoCloseable {
    private final DynamoDBProxyServer server;
    private final URI endpoint;

    private EmbeddedDynamoDb(DynamoDBProxyServer server, URI endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    /** @param directory where the data is kept; in memory when absent */
    public static EmbeddedDynamoDb start(Optional<Path> directory) {
        try {
            int port = freePort();
            List<String> arguments =
                    new ArrayList<>(List.of("-sharedDb", "-port", Integer.toString(port), "-disableTelemetry"));
            if (directory.isPresent()) {
                Files.createDirectories(directory.get());
                arguments.addAll(List.of("-dbPath", directory.get().toString()));
            } else {
                arguments.add("-inMemory");
            }
            DynamoDBProxyServer server = quietly(arguments);
            return new EmbeddedDynamoDb(server, URI.create("http://127.0.0.1:" + port));
        } catch (Exception e) {
            throw new IllegalStateException("embedded DynamoDB did not start: " + e.getMessage(), e);
        }
    }

    /** DynamoDB Local prints its settings as it starts. */
    private static DynamoDBProxyServer quietly(List<String> arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            DynamoDBProxyServer server = ServerRunner.createServerFromCommandLineArgs(arguments.toArray(String[]::new));
            server.start();
            return server;
        } finally {
            System.setOut(out);
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("embedded DynamoDB did not stop: " + e.getMessage(), e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
