package dev.weir.gateway;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.aws.AwsClients;
import dev.weir.aws.AwsClients.Emulator;
import dev.weir.aws.DynamoDbRules;
import dev.weir.aws.DynamoDbTable;
import dev.weir.aws.S3ContentStore;
import dev.weir.local.EmbeddedDynamoDb;
import dev.weir.local.EmbeddedS3;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The stack of template.yaml on this machine: gateway, functions, table, bucket, bus and secrets; user alice; rules {@code up}
 * and {@code private}, which has a credential.
 */
public final class DeployedWeir implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "secret";

    /** What the secret of rule {@code private} holds, as {@code user:password}. */
    static final String UPSTREAM_CREDENTIAL = "puller:upstream-token";

    private static final String UPSTREAM_SECRET =
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/private-AbCdEf";

    public final GatewayEmulator gateway;
    public final DeployedFunctions functions;
    public final AwsStandIn aws;
    public final Path folder;
    final Template template;

    private final EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(Optional.empty());
    private final EmbeddedS3 s3;
    private final Artifact artifact;
    private final AwsClients clients;
    private final Map<String, String> emulators;

    /** @param upstream {@code host:port} of a registry that speaks http */
    public DeployedWeir(Path artifact, int port, String upstream) throws IOException {
        folder = Files.createTempDirectory("weir-deployed");
        s3 = EmbeddedS3.start(folder.resolve("s3"));
        this.artifact = new Artifact(artifact, folder);
        template = Template.load().with("Runtime", this.artifact.runtime());
        aws = new AwsStandIn(template);
        putUsers(Map.of(USER, PASSWORD));
        String[] credential = UPSTREAM_CREDENTIAL.split(":", 2);
        aws.putSecret(
                UPSTREAM_SECRET, "{\"username\":\"" + credential[0] + "\",\"accessToken\":\"" + credential[1] + "\"}");
        clients = new AwsClients(
                Optional.of(new Emulator(
                        dynamoDb.endpoint(),
                        s3.endpoint(),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(EmbeddedS3.ACCESS_KEY, EmbeddedS3.SECRET_KEY)))),
                true);
        makeStores(upstream);
        emulators = emulators(upstream);
        functions = new DeployedFunctions(template, this.artifact, emulators, folder);
        aws.deliverTo(functions);
        gateway = new GatewayEmulator(template, port, functions, Duration.ofSeconds(29));
    }

    /** Every call of AWS becomes a line of its function's log. To be called before the first event. */
    DeployedWeir loggingCalls() throws IOException {
        artifact.logCalls(folder.resolve("calls"));
        return this;
    }

    /** The same functions, some of what they find in their environment changed. */
    DeployedFunctions functionsWith(Map<String, String> changed, Path logs) {
        Map<String, String> environment = new HashMap<>(emulators);
        environment.putAll(changed);
        return new DeployedFunctions(template, artifact, environment, logs);
    }

    /** These and no others, name → password. */
    void putUsers(Map<String, String> passwords) {
        ObjectNode users = new ObjectMapper().createObjectNode();
        passwords.forEach(
                (name, password) -> users.put(name, BCrypt.withDefaults().hashToString(6, password.toCharArray())));
        aws.putSecret(
                template.environment("AuthorizerFunction").getOrDefault("WEIR_USERS_SECRET", ""), users.toString());
    }

    /** As if the tag had been checked a week ago, its next check due since. */
    void makeDue(String repository, String tag) {
        String past = Long.toString(Instant.now().minus(Duration.ofDays(7)).toEpochMilli());
        try (DynamoDbClient table = clients.dynamoDb()) {
            table.updateItem(request -> request.tableName(physical("WEIR_TABLE"))
                    .key(Map.of("pk", AttributeValue.fromS("R#" + repository), "sk", AttributeValue.fromS("T#" + tag)))
                    .updateExpression("SET checkedAt = :past, dueAt = :past")
                    .conditionExpression("attribute_exists(dueShard)")
                    .expressionAttributeValues(Map.of(":past", AttributeValue.fromN(past))));
        }
    }

    private String physical(String variable) {
        return DeployedFunctions.physical(
                template.environment("RegistryFunction").getOrDefault(variable, ""));
    }

    private void makeStores(String upstream) {
        DynamoDbTable table = new DynamoDbTable(clients.dynamoDb(), physical("WEIR_TABLE"));
        table.createIfAbsent();
        new S3ContentStore(clients.s3(), clients.s3Presigner(), physical("WEIR_BUCKET")).createBucketIfAbsent();
        UpstreamUrl url = UpstreamUrl.parse("http://" + upstream, Set.of(upstream));
        PullThroughCacheRule open = PullThroughCacheRule.of(RepositoryPrefix.parse("up"), url);
        PullThroughCacheRule credential = new PullThroughCacheRule(
                RepositoryPrefix.parse("private"),
                url,
                RepositoryPrefix.ROOT,
                Optional.of(CredentialArn.parse(UPSTREAM_SECRET)),
                Optional.empty(),
                Optional.empty(),
                TagMutability.MUTABLE);
        new DynamoDbRules(table, Set.of(upstream)).replaceAll(List.of(open, credential), Map.of());
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
