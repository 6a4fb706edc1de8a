package dev.weir.fake;

import dev.weir.aws.AwsClients.Emulator;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The one LocalStack of this JVM, started when it is first asked for and ended with the JVM. */
final class LocalStack {
    /** The last release that runs without an account at LocalStack. */
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");

    private LocalStack() {}

    static Emulator emulator() {
        return Running.EMULATOR;
    }

    private static final class Running {
        static final Emulator EMULATOR = start();

        /** Signatures of presigned URLs are verified only when asked; data in memory, as the embedded DynamoDB has it. */
        @SuppressWarnings("resource") // ends with the JVM
        private static Emulator start() {
            LocalStackContainer container = new LocalStackContainer(IMAGE)
                    .withServices("s3", "dynamodb", "secretsmanager", "events")
                    .withEnv("S3_SKIP_SIGNATURE_VALIDATION", "0")
                    .withEnv("DYNAMODB_IN_MEMORY", "1");
            container.start();
            Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
            return new Emulator(
                    container.getEndpoint(),
                    container.getEndpoint(),
                    StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(container.getAccessKey(), container.getSecretKey())));
        }
    }
}
