package dev.weir.aws;

import dev.weir.rules.EcrRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.EcrClientBuilder;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/**
 * Builds the SDK's clients, all on the JDK's HTTP client. Without an emulator they take region, credentials and endpoints from
 * where the SDK looks ({@code AWS_REGION}, the role, {@code AWS_ENDPOINT_URL}).
 *
 * <p>The JDK's client is told to keep as many idle connections as there may be threads: its default is five a host. A client with
 * a pool of its own (apache5-client) has more classes to start with and to compile.
 *
 * @param emulator where to go instead of AWS
 * @param pathStyle whether a bucket stands in the path, as emulators want it
 */
public record AwsClients(Optional<Emulator> emulator, boolean pathStyle) {

    /** A call whose answer takes longer than this is lost; tried again by the SDK. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    /** A function that can't reach its table says so within Lambda's 10 s for a start. */
    private static final Duration ALL_TRIES = Duration.ofSeconds(8);

    /** A part of a large object takes its time. */
    private static final Duration LONG = Duration.ofSeconds(60);

    /** With all tries: events are best effort, and a pull is not made to wait for them. */
    private static final Duration EVENTS = Duration.ofSeconds(2);

    /** The most threads that there are, those of a local registry's requests. */
    private static final String CONNECTIONS_KEPT = "256";

    /** Shorter than S3 and DynamoDB keep theirs; the JDK's default is 5 s. */
    private static final String SECONDS_KEPT = "15";

    public AwsClients {
        // Read when the JDK opens its first connection; a setting of the command line stands.
        setIfUnset("http.maxConnections", CONNECTIONS_KEPT);
        setIfUnset("http.keepAlive.time.server", SECONDS_KEPT);
    }

    private static void setIfUnset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** With all tries: a token is asked for within a pull, after a session of a role. */
    private static final Duration TOKENS = Duration.ofSeconds(6);

    /**
     * An emulator on this machine: its endpoints and the credentials it knows.
     *
     * @param others where all other services are; empty for where the SDK looks
     */
    public record Emulator(URI dynamoDb, URI s3, Optional<URI> others, AwsCredentialsProvider credentials) {
        public Emulator(URI dynamoDb, URI s3, AwsCredentialsProvider credentials) {
            this(dynamoDb, s3, Optional.empty(), credentials);
        }
    }

    public DynamoDbClient dynamoDb() {
        var builder = DynamoDbClient.builder();
        emulator.ifPresent(local -> builder.endpointOverride(local.dynamoDb()));
        return common(builder, SHORT)
                .overrideConfiguration(call -> call.apiCallTimeout(ALL_TRIES))
                .build();
    }

    /** Checksums only where S3 wants them: the content is verified by its digest, and emulators stumble over trailers. */
    public S3Client s3() {
        S3ClientBuilder builder = S3Client.builder()
                .forcePathStyle(pathStyle)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        emulator.ifPresent(local -> builder.endpointOverride(local.s3()));
        return common(builder, LONG).build();
    }

    public S3Presigner s3Presigner() {
        S3Presigner.Builder builder = S3Presigner.builder()
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(pathStyle)
                        .build());
        emulator.ifPresent(local ->
                builder.endpointOverride(local.s3()).region(Region.US_EAST_1).credentialsProvider(local.credentials()));
        return builder.build();
    }

    public EventBridgeClient eventBridge() {
        return other(EventBridgeClient.builder())
                .overrideConfiguration(call -> call.apiCallTimeout(EVENTS))
                .build();
    }

    public SecretsManagerClient secretsManager() {
        return other(SecretsManagerClient.builder())
                .overrideConfiguration(call -> call.apiCallTimeout(ALL_TRIES))
                .build();
    }

    /**
     * STS of the process's region.
     *
     * @param region where the environment names none, as on a laptop
     */
    public StsClient sts(Region region) {
        StsClientBuilder builder = other(StsClient.builder());
        if (System.getenv("AWS_REGION") == null) {
            builder.region(region);
        }
        return builder.overrideConfiguration(call -> call.apiCallTimeout(TOKENS))
                .build();
    }

    /**
     * ECR where the registry is.
     *
     * @param credentials of a role; empty for those of the process
     */
    public EcrClient ecr(EcrRegistry registry, Optional<AwsCredentialsProvider> credentials) {
        EcrClientBuilder builder = other(EcrClient.builder()).region(Region.of(registry.region()));
        if (registry.hasFipsEndpoint()) {
            builder.fipsEnabled(true);
        }
        credentials.ifPresent(builder::credentialsProvider);
        return builder.overrideConfiguration(call -> call.apiCallTimeout(TOKENS))
                .build();
    }

    /** For services that the SDK has no client of. */
    public SdkHttpClient http() {
        return http(SHORT).build();
    }

    /** What signs for services that the SDK has no client of. */
    public AwsCredentialsProvider credentials() {
        return emulator.map(Emulator::credentials)
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    /**
     * Where a service is that the SDK has no client of.
     *
     * @param variable how {@code AWS_ENDPOINT_URL_…} ends for it
     */
    public URI endpoint(String variable, URI usual) {
        return emulator.flatMap(Emulator::others)
                .or(() -> Stream.of("AWS_ENDPOINT_URL_" + variable, "AWS_ENDPOINT_URL")
                        .flatMap(name -> Optional.ofNullable(System.getenv(name)).stream())
                        .findFirst()
                        .map(URI::create))
                .orElse(usual);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B other(B builder) {
        emulator.flatMap(Emulator::others).ifPresent(builder::endpointOverride);
        return common(builder, SHORT);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B common(B builder, Duration silence) {
        emulator.ifPresent(local -> builder.region(Region.US_EAST_1).credentialsProvider(local.credentials()));
        return builder.httpClientBuilder(http(silence));
    }

    private static UrlConnectionHttpClient.Builder http(Duration silence) {
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(3))
                .socketTimeout(silence);
    }
}
