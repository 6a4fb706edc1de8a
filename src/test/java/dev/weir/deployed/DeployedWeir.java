package dev.weir.deployed;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.deployed.aws.AwsProxy;
import dev.weir.deployed.aws.AwsStandIn;
import dev.weir.deployed.aws.LocalStackApi;
import dev.weir.deployed.aws.ResourceNames;
import dev.weir.deployed.gateway.GatewayEmulator;
import dev.weir.deployed.gateway.HttpApiEmulator;
import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.EmptyTable;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.table.TableRuleBook;
import dev.weir.table.TableRules;
import dev.weir.template.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The stack of template.yaml on this machine: gateway, functions, table, bucket, event bus and secrets. It has one user, alice, and
 * two rules, {@code up} and {@code private}; the second has a credential.
 */
public final class DeployedWeir implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "secret";

    /** The key of the admin API, as the stack makes one. */
    static final String ADMIN_KEY = "weir-admin";

    static final String ADMIN_SECRET = "b2c3d4e5f6g7h8i9j0k1";

    /** What the secret of rule {@code private} holds, as {@code user:password}. */
    static final String UPSTREAM_CREDENTIAL = "puller:upstream-token";

    private static final String UPSTREAM_SECRET = "ecr-pullthroughcache/private";

    public final GatewayEmulator gateway;
    /** The admin API. */
    public final HttpApiEmulator admin;

    public final DeployedFunctions functions;
    /** Secrets and event bus. */
    public final AwsStandIn aws;

    public final Path folder;
    public final Template template;

    /** Table and bucket. */
    private final AwsUnderTest stores = AwsUnderTest.start();

    private final Artifact artifact;
    private final Map<String, String> emulators;
    private final Map<String, AwsProxy> proxies = new ConcurrentHashMap<>();
    private volatile boolean isRecording;

    /** @param upstream {@code host:port} of a registry that speaks http */
    public DeployedWeir(Path artifact, int port, String upstream) throws IOException {
        this(artifact, port, upstream, Template.load());
    }

    /** @param template with the parameters that the stack was deployed with */
    DeployedWeir(Path artifact, int port, String upstream, Template template) throws IOException {
        folder = Files.createTempDirectory("weir-deployed");
        this.artifact = new Artifact(artifact, folder);
        this.template = template.with("Runtime", this.artifact.runtime());
        aws = new AwsStandIn(this.template, stores.localStack().map(LocalStackApi::new));
        aws.makeBus(physical("WEIR_EVENT_BUS"));
        putUsers(Map.of(USER, PASSWORD));
        String[] credential = UPSTREAM_CREDENTIAL.split(":", 2);
        String arn = aws.putSecret(
                UPSTREAM_SECRET, "{\"username\":\"" + credential[0] + "\",\"accessToken\":\"" + credential[1] + "\"}");
        putKeys("WEIR_CONTROL_KEYS_SECRET", ADMIN_KEY, ADMIN_SECRET);
        putKeys("WEIR_SIGNING_KEYS_SECRET", "first", "0123456789abcdef0123456789abcdef");
        makeStores(upstream, CredentialArn.parse(arn));
        emulators = emulators(upstream);
        functions = new DeployedFunctions(this.template, this.artifact, this::environment, folder);
        aws.bus().deliverTo(functions);
        gateway = new GatewayEmulator(this.template, port, functions, Duration.ofSeconds(29));
        admin = new HttpApiEmulator(this.template, functions);
    }

    /** From now on each function that starts has a proxy of its own before AWS. To be called before the first event. */
    public DeployedWeir recordingCalls() {
        isRecording = true;
        return this;
    }

    /** The calls of AWS that the function's processes made, and those that its presigned URLs brought. */
    public List<AwsProxy.Recorded> calls(String function) {
        AwsProxy proxy = proxies.get(function);
        return proxy == null ? List.of() : proxy.recorded();
    }

    private Map<String, String> environment(String function) {
        if (!isRecording) {
            return emulators;
        }
        Map<String, String> environment = new HashMap<>(emulators);
        environment.keySet().removeIf(name -> name.startsWith("AWS_ENDPOINT_URL_"));
        environment.put(
                "AWS_ENDPOINT_URL",
                proxies.computeIfAbsent(function, name -> proxy()).endpoint().toString());
        return environment;
    }

    private AwsProxy proxy() {
        try {
            return new AwsProxy(Map.of(
                    "s3", stores.emulator().s3(),
                    "dynamodb", stores.emulator().dynamoDb(),
                    "events", aws.endpoint(),
                    "secretsmanager", stores.localStack().orElse(aws.endpoint())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same functions with some of their environment variables changed, and with logs of their own. */
    public DeployedFunctions functionsWith(Map<String, String> changed, Path logs) {
        return new DeployedFunctions(
                template,
                artifact,
                function -> {
                    Map<String, String> environment = new HashMap<>(environment(function));
                    environment.putAll(changed);
                    return environment;
                },
                logs);
    }

    /** Replaces the users' secret: name → password. */
    public void putUsers(Map<String, String> passwords) throws IOException {
        ObjectNode users = new ObjectMapper().createObjectNode();
        passwords.forEach(
                (name, password) -> users.put(name, BCrypt.withDefaults().hashToString(6, password.toCharArray())));
        aws.putSecret(
                template.environment("AuthorizerFunction").getOrDefault("WEIR_USERS_SECRET", ""), users.toString());
    }

    /** Makes the tag look as if it had been checked a week ago and its next check were due since, and no tick had been since. */
    public void makeDue(String repository, String tag) {
        Duration week = Duration.ofDays(7);
        String past = Long.toString(Instant.now().minus(week).toEpochMilli());
        try (DynamoDbClient table = stores.clients.dynamoDb()) {
            table.updateItem(request -> request.tableName(physical("WEIR_TABLE"))
                    .key(Map.of("pk", AttributeValue.fromS("R#" + repository), "sk", AttributeValue.fromS("T#" + tag)))
                    .updateExpression("SET checkedAt = :past, dueAt = dueAt - :week")
                    .conditionExpression("attribute_exists(dueShard)")
                    .expressionAttributeValues(Map.of(
                            ":past", AttributeValue.fromN(past),
                            ":week", AttributeValue.fromN(Long.toString(week.toMillis())))));
        }
        forgetTicks();
    }

    /** The next tick looks at all times of the day, as the first does. */
    public void forgetTicks() {
        try (DynamoDbClient table = stores.clients.dynamoDb()) {
            table.deleteItem(request -> request.tableName(physical("WEIR_TABLE"))
                    .key(Map.of("pk", AttributeValue.fromS("REFRESH"), "sk", AttributeValue.fromS("DONE"))));
        }
    }

    /** As the stack makes such a secret. */
    private void putKeys(String variable, String id, String secret) throws IOException {
        String name =
                ResourceNames.physical(template.environment("ControlFunction").getOrDefault(variable, ""));
        aws.putSecret(name, "{\"" + id + "\":\"" + secret + "\"}");
    }

    private String physical(String variable) {
        return ResourceNames.physical(template.environment("RegistryFunction").getOrDefault(variable, ""));
    }

    /** The functions' table. */
    DynamoDbTable table() {
        return new DynamoDbTable(stores.clients.dynamoDb(), physical("WEIR_TABLE"));
    }

    /** The functions' bucket. */
    S3ContentStore contents() {
        return new S3ContentStore(stores.clients.s3(), stores.clients::s3Presigner, physical("WEIR_BUCKET"));
    }

    private void makeStores(String upstream, CredentialArn secret) {
        EmptyTable.make(stores, physical("WEIR_TABLE"));
        DynamoDbTable table = table();
        contents().createBucketIfAbsent();
        InsecureUpstreams insecure = InsecureUpstreams.parse(Set.of(upstream));
        UpstreamUrl url = UpstreamUrl.parse("http://" + upstream, insecure);
        PullThroughCacheRule open = PullThroughCacheRule.of(RepositoryPrefix.parse("up"), url);
        PullThroughCacheRule credential = new PullThroughCacheRule(
                RepositoryPrefix.parse("private"),
                url,
                RepositoryPrefix.ROOT,
                Optional.of(secret),
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
        new TableRuleBook(table, insecure, new TableRules(table, insecure))
                .seed(RuleSet.of(open, credential), Instant.now());
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
        admin.close();
        functions.close();
        proxies.values().forEach(AwsProxy::close);
        aws.close();
        stores.close();
        // The logs stay, for a look at what failed.
        if (Files.exists(folder.resolve("task"))) {
            AwsUnderTest.remove(folder.resolve("task"));
        }
    }
}
