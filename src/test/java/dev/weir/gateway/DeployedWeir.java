package dev.weir.gateway;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.S3ContentStore;
import dev.weir.local.EmbeddedDynamoDb;
import dev.weir.local.EmbeddedS3;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The stack of template.yaml on this machine: gateway, functions, table, bucket, bus and secret; rule {@code up}, user alice. */
public final class DeployedWeir implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "secret";

    public final GatewayEmulator gateway;
    public final DeployedFunctions functions;
    public final AwsStandIn aws;
    public final Path folder;

    private final EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(Optional.empty());
    private final EmbeddedS3 s3;

    /** @param upstream {@code host:port} of a registry that speaks http */
    public DeployedWeir(Path artifact, int port, String upstream) throws IOException {
        folder = Files.createTempDirectory("weir-deployed");
        s3 = EmbeddedS3.start(folder.resolve("s3"));
        Artifact deployed = new Artifact(artifact, folder);
        Template template = Template.load().with("Runtime", deployed.runtime());
        aws = new AwsStandIn(template);
        aws.putSecret(
                template.environment("AuthorizerFunction").getOrDefault("WEIR_USERS_SECRET", ""),
                "{\"" + USER + "\":\"" + BCrypt.withDefaults().hashToString(6, PASSWORD.toCharArray()) + "\"}");
        Map<String, String> environment = template.environment("RegistryFunction");
        makeStores(environment, upstream);
        functions = new DeployedFunctions(template, deployed, emulators(upstream), folder);
        aws.deliverTo(functions);
        gateway = new GatewayEmulator(template, port, functions, Duration.ofSeconds(29));
    }

    private void makeStores(Map<String, String> environment, String upstream) {
        AwsClients clients = new AwsClients(
                Optional.of(new Emulator(
                        dynamoDb.endpoint(),
                        s3.endpoint(),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)))),
                true);
        DynamoDbTable table = new DynamoDbTable(
                clients.dynamoDb(), DeployedFunctions.physical(environment.getOrDefault("WEIR_TABLE", "")));
        table.createIfAbsent();
        new S3ContentStore(
                        clients.s3(),
                        clients.s3Presigner(),
                        DeployedFunctions.physical(environment.getOrDefault("WEIR_BUCKET", "")))
                .createBucketIfAbsent();
        new DynamoDbRules(table, Set.of(upstream))
                .replaceAll(
                        List.of(PullThroughCacheRule.of(
                                RepositoryPrefix.parse("up"),
                                UpstreamUrl.parse("http://" + upstream, Set.of(upstream)))),
                        Map.of());
    }

    private Map<String, String> emulators(String upstream) {
        Map<String, String> emulators = new HashMap<>();
        emulators.put("AWS_ENDPOINT_URL", s3.endpoint().toString());
        emulators.put("AWS_ENDPOINT_URL_S3", s3.endpoint().toString());
        emulators.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.endpoint().toString());
        emulators.put("AWS_ENDPOINT_URL_EVENTBRIDGE", aws.endpoint().toString());
        emulators.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.endpoint().toString());
        emulators.put("AWS_REGION", "us-east-1");
        emulators.put("AWS_ACCESS_KEY_ID", EmbeddedS3.ACCESS_KEY);
        emulators.put("AWS_SECRET_ACCESS_KEY", EmbeddedS3.SECRET_KEY);
        emulators.put("WEIR_INSECURE_UPSTREAMS", upstream);
        return emulators;
    }

    @Override
    public void close() {
        gateway.close();
        functions.close();
        aws.close();
        s3.close();
        dynamoDb.close();
    }
}
