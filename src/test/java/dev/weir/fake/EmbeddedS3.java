package dev.weir.fake;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** S3 inside this process (s3proxy on files), on a free loopback port. It verifies signatures as S3 does. */
public final class EmbeddedS3 implements AutoCloseable {
    /** What both emulators take for credentials; they guard nothing but loopback. DynamoDB Local takes letters and digits. */
    public static final String ACCESS_KEY = "weirlocal";

    public static final String SECRET_KEY = "weirlocalsecret";

    private final S3Proxy server;
    private final URI endpoint;

    private EmbeddedS3(S3Proxy server, URI endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    /** @param directory where the objects are kept */
    public static EmbeddedS3 start(Path directory) {
        try {
            Files.createDirectories(directory);
            URI endpoint = URI.create("http://127.0.0.1:" + EmbeddedDynamoDb.freePort());
            S3Proxy server = S3Proxy.builder()
                    .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                    .endpoint(endpoint)
                    .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                    .v4MaxNonChunkedRequestSize(64L * 1024 * 1024 + 1)
                    .build();
            server.start();
            return new EmbeddedS3(server, endpoint);
        } catch (Exception e) {
            throw new IllegalStateException("embedded S3 did not start: " + e.getMessage(), e);
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
            throw new IllegalStateException("embedded S3 did not stop: " + e.getMessage(), e);
        }
    }
}
