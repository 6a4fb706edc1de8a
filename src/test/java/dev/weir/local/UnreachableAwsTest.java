package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A start with an endpoint of AWS where nothing listens. */
class UnreachableAwsTest {
    private final URI endpoint = URI.create("http://127.0.0.1:" + closedPort());

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isToldInOneLineThatNamesTheEndpointAndTheRemedy() throws IOException, InterruptedException {
        Map<String, String> environment = Map.of(
                "AWS_ENDPOINT_URL", endpoint.toString(),
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "x",
                "AWS_SECRET_ACCESS_KEY", "x");
        try (ChildProcess server = ChildProcess.start(Main.class, environment)) {
            assertThat(server.readLine())
                    .startsWith("weir: table 'weir': CreateTable failed: ")
                    .contains("AWS_ENDPOINT_URL is '" + endpoint + "': start what listens there, or unset every");
            assertThat(server.kill()).isEmpty();
        }
    }

    @Test
    void aBucketThatCanNotBeReachedIsTheStoresOwnException() {
        Emulator emulator = new Emulator(
                endpoint, endpoint, StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")));
        AwsClients clients = new AwsClients(Optional.of(emulator), true);
        S3ContentStore contents = new S3ContentStore(clients.s3(), clients::s3Presigner, "weir-blobs");
        assertThatThrownBy(contents::createBucketIfAbsent)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("bucket 'weir-blobs': CreateBucket failed: ");
        assertThatThrownBy(() -> contents.abortUploadsBefore(Instant.EPOCH))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("bucket 'weir-blobs': ListMultipartUploads failed: ");
    }
}
