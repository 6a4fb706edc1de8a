package dev.weir.fake;

import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * What stands in for AWS in one test class: DynamoDB and S3 embedded in this process, or a table and a bucket of its own in the one
 * LocalStack of this JVM. The system property {@code weir.emulator} says which; the profile {@code localstack} sets it.
 */
public final class AwsUnderTest implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Where the clients go. */
    public final AwsClients clients;
    /** What table and bucket are called. */
    public final String storeName;

    private final Emulator emulator;
    private final List<Runnable> stops;

    private AwsUnderTest(Emulator emulator, String storeName, List<Runnable> stops) {
        this.clients = new AwsClients(Optional.of(emulator), true);
        this.emulator = emulator;
        this.storeName = storeName;
        this.stops = stops;
    }

    public static boolean isLocalStack() {
        return System.getProperty("weir.emulator", "embedded").equals("localstack");
    }

    public static AwsUnderTest start() {
        return isLocalStack()
                ? new AwsUnderTest(LocalStack.emulator(), "weir-" + COUNT.incrementAndGet(), List.of())
                : embedded();
    }

    private static AwsUnderTest embedded() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(Optional.empty());
        try {
            Path folder = Files.createTempDirectory("weir-it");
            EmbeddedS3 s3 = EmbeddedS3.start(folder);
            Emulator emulator = new Emulator(
                    dynamoDb.endpoint(),
                    s3.endpoint(),
                    StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)));
            return new AwsUnderTest(emulator, "weir", List.of(s3::close, dynamoDb::close, () -> remove(folder)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder with all that is in it. */
    public static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Emulator emulator() {
        return emulator;
    }

    /** Where LocalStack has what is not embedded: secrets and buses. */
    public Optional<URI> localStack() {
        return isLocalStack() ? Optional.of(emulator.s3()) : Optional.empty();
    }

    @Override
    public void close() {
        stops.forEach(Runnable::run);
    }
}
