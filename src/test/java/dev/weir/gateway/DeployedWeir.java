package dev.weir.gateway;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.S3ContentStore;
import dev.weir.fake.AwsUnderTest;
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
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** The stack of template.yaml on this machine: gateway, functions, table, bucket, bus and secret; rule {@code up}, user alice. */
public final class DeployedWeir implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "secret";

    public final GatewayEmulator gateway;
    public final DeployedFunctions functions;
    /** Secrets and bus. */
    public final AwsStandIn aws;

    public final Path folder;

    /** Table and bucket. */
    private final AwsUnderTest stores = AwsUnderTest.start();

    /** @param upstream {@code host:port} of a registry that speaks http */
    public DeployedWeir(Path artifact, int port, String upstream) throws IOException {
        folder = Files.createTempDirectory("weir-deployed");
        Artifact deployed = new Artifact(artifact, folder);
        Template template = Template.load().with("Runtime", deployed.runtime());
        Map<String, String> environment = template.environment("RegistryFunction");
        aws = new AwsStandIn(template, stores.localStack().map(LocalStackApi::new));
        aws.makeBus(DeployedFunctions.physical(environment.getOrDefault("WEIR_EVENT_BUS", "")));
        aws.putSecret(
                template.environment("AuthorizerFunction").getOrDefault("WEIR_USERS_SECRET", ""),
                "{\"" + USER + "\":\"" + BCrypt.withDefaults().hashToString(6, PASSWORD.toCharArray()) + "\"}");
        makeStores(environment, upstream);
        functions = new DeployedFunctions(template, deployed, emulators(upstream), folder);
        aws.deliverTo(functions);
        gateway = new GatewayEmulator(template, port, functions, Duration.ofSeconds(29));
    }

    private void makeStores(Map<String, String> environment, String upstream) {
        DynamoDbTable table = new DynamoDbTable(
                stores.clients.dynamoDb(), DeployedFunctions.physical(environment.getOrDefault("WEIR_TABLE", "")));
        table.createIfAbsent();
        new S3ContentStore(
                        stores.clients.s3(),
                        stores.clients.s3Presigner(),
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
        AwsCredentials credentials = stores.emulator().credentials().resolveCredentials();
        emulators.put("AWS_ENDPOINT_URL", stores.emulator().s3().toString());
        emulators.put("AWS_ENDPOINT_URL_S3", stores.emulator().s3().toString());
        emulators.put("AWS_ENDPOINT_URL_DYNAMODB", stores.emulator().dynamoDb().toString());
        emulators.put("AWS_ENDPOINT_URL_EVENTBRIDGE", aws.endpoint().toString());
        emulators.put(
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                stores.localStack().orElse(aws.endpoint()).toString());
        emulators.put("AWS_REGION", "us-east-1");
        emulators.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
        emulators.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
        emulators.put("WEIR_INSECURE_UPSTREAMS", upstream);
        return emulators;
    }

    @Override
    public void close() {
        gateway.close();
        functions.close();
        aws.close();
        stores.close();
    }
}
