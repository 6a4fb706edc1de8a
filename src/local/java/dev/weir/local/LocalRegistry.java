package dev.weir.local;

import dev.weir.access.Authenticator;
import dev.weir.access.http.HttpIssuerDocuments;
import dev.weir.access.http.HttpsDocuments;
import dev.weir.access.http.StsCallerIdentities;
import dev.weir.access.iam.Partition;
import dev.weir.access.token.SignedTokens;
import dev.weir.assembly.Adapters;
import dev.weir.assembly.AdminApi;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Logins;
import dev.weir.assembly.Options;
import dev.weir.assembly.RuleApi;
import dev.weir.assembly.SignIn;
import dev.weir.aws.AwsClients;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.aws.ecr.EcrCredentials;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.aws.sts.ExternalId;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.control.ControlHandler;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RuleAdmission;
import dev.weir.control.RuleDirectory;
import dev.weir.registry.Front;
import dev.weir.registry.LoginHandler;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RuleBook;
import dev.weir.rules.StoredRule;
import dev.weir.store.ContentStore;
import dev.weir.store.StoreException;
import dev.weir.store.UrlLife;
import dev.weir.table.Table;
import dev.weir.table.TableRepositories;
import dev.weir.table.TableRuleBook;
import dev.weir.table.TableRules;
import dev.weir.time.Sleeper;
import dev.weir.time.WakeableSleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A whole registry in one process: table and blobs in one folder, or in the DynamoDB and S3 that {@code AWS_ENDPOINT_URL}
 * names. Read the constructor as the table of contents.
 */
public final class LocalRegistry implements AutoCloseable {
    private static final AwsClients CLIENTS = new AwsClients(Optional.empty(), true);
    private static final Duration LONGEST_UPLOAD = Duration.ofHours(24);
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Optional<DataFolder> folder;
    private final Optional<FileContentStore> files;
    private final Optional<MvStoreTable> file;
    private final RuleBook ruleBook;
    private final LocalCacheEvents events;
    private final RegistryHandler handler;
    private final LoginFront front;
    private final ControlHandler control;
    private final RefreshTimer timer;

    /** Starts what {@code settings} ask for; table and bucket are made if absent, and so are the first rules. */
    LocalRegistry(LocalSettings settings, Map<String, String> environment) {
        this(settings, environment, new HttpsDocuments());
    }

    /** @param https what asks STS and issuers */
    LocalRegistry(LocalSettings settings, Map<String, String> environment, HttpsDocuments https) {
        Clock clock = Clock.systemUTC();
        this.folder = settings.embedded() ? Optional.of(DataFolder.open(settings.data())) : Optional.empty();
        this.files = folder.map(held -> FileContentStore.open(held, settings.urlLife(), clock));
        this.file = folder.map(held -> MvStoreTable.open(settings.data(), clock));
        Table table = file.isPresent() ? file.get() : inAws("DYNAMODB", environment, () -> inDynamoDb(environment));
        ContentStore contents = files.isPresent()
                ? files.get()
                : inAws("S3", environment, () -> inS3(environment, settings.urlLife(), clock));
        TableRules rules = new TableRules(table, settings.insecureUpstreams());
        this.ruleBook = new TableRuleBook(table, settings.insecureUpstreams(), rules);
        ruleBook.seed(settings.rules(), clock.instant());
        this.events = new LocalCacheEvents();
        Credentials credentials = credentials(environment, clock);
        HttpUpstreamRegistry upstream = upstream(settings, credentials, clock);
        Assembly assembly = new Assembly(
                new Adapters(rules, table, contents, upstream, events),
                Options.of(Front.SENDS_CONTENT_LENGTH, PATIENCE)
                        .withRefresh(settings.refreshInterval(), settings.refreshIdle())
                        .withTime(clock, new WakeableSleeper()));
        events.deliverTo(assembly.fillRequests());
        this.handler = assembly.registry();
        RegistryIdentity identity = identity(settings);
        SignedTokens tokens = new SignedTokens(new LocalSigningKeys(folder), clock);
        Logins logins = logins(settings.access(), https);
        Authenticator authenticator = logins.authenticator(tokens, clock);
        LoginHandler passwords = new LoginHandler(tokens, clock);
        this.front = new LoginFront(
                authenticator,
                settings.access().allowsAnonymous(),
                request -> passwords.serves(request.path()) ? passwords.handle(request) : handler.handle(request),
                handler);
        this.control = new AdminApi(
                        new SignIn(
                                settings::controlKeys,
                                tokens,
                                authenticator,
                                logins.roles(identity.account(), clock),
                                clock),
                        identity,
                        assembly.access(identity),
                        assembly.operations(identity),
                        new RuleApi(
                                new RuleDirectory(ruleBook, identity),
                                new TableRepositories(table, rules),
                                new RuleAdmission(settings.maxRules(), settings.insecureUpstreams()),
                                new RuleApi.Upstreams(credentials, upstream),
                                clock))
                .handler();
        this.timer = new RefreshTimer(assembly.refresher(), settings.refreshTick());
    }

    private static HttpUpstreamRegistry upstream(LocalSettings settings, Credentials credentials, Clock clock) {
        return new HttpUpstreamRegistry(
                credentials,
                settings.insecureUpstreams(),
                UpstreamTimeouts.DEFAULT,
                settings.upstreamProxy(),
                clock,
                Sleeper.SYSTEM);
    }

    private static Logins logins(LocalAccess access, HttpsDocuments https) {
        return new Logins(
                access::users,
                access::identities,
                new StsCallerIdentities(https),
                new HttpIssuerDocuments(https),
                Partition.AWS);
    }

    private static RegistryIdentity identity(LocalSettings settings) {
        return new RegistryIdentity(
                "aws", "us-east-1", "000000000000", URI.create("http://localhost:" + settings.port()));
    }

    private static Credentials credentials(Map<String, String> environment, Clock clock) {
        Optional<ExternalId> externalId = Optional.ofNullable(environment.get("WEIR_ROLE_EXTERNAL_ID"))
                .filter(value -> !value.isBlank())
                .map(ExternalId::parse);
        return new LocalCredentials(
                new EcrCredentials(CLIENTS, new RoleSessions(CLIENTS, externalId), clock),
                DockerConfigCredentials.of(environment));
    }

    /** What {@code start} makes. Errors: {@link IllegalStateException} whose one line names the endpoint. */
    private static <T> T inAws(String service, Map<String, String> environment, Supplier<T> start) {
        try {
            return start.get();
        } catch (StoreException | SdkException e) {
            String own = "AWS_ENDPOINT_URL_" + service;
            String setting = environment.containsKey(own) ? own : "AWS_ENDPOINT_URL";
            String endpoint = environment.get(setting);
            String remedy = endpoint == null
                    ? "AWS itself was called, since " + own + " is not set: set it"
                    : setting + " is '" + endpoint + "': start what listens there";
            throw new IllegalStateException(
                    String.valueOf(e.getMessage()).replaceAll("\\s+", " ") + "; " + remedy
                            + ", or unset every AWS_ENDPOINT_URL to keep table and blobs in WEIR_DATA",
                    e);
        }
    }

    private static Table inDynamoDb(Map<String, String> environment) {
        DynamoDbTable table = new DynamoDbTable(CLIENTS.dynamoDb(), environment.getOrDefault("WEIR_TABLE", "weir"));
        table.createIfAbsent();
        return table;
    }

    private static ContentStore inS3(Map<String, String> environment, UrlLife life, Clock clock) {
        S3ContentStore contents = new S3ContentStore(
                CLIENTS.s3(), CLIENTS::s3Presigner, environment.getOrDefault("WEIR_BUCKET", "weir"), life);
        contents.createBucketIfAbsent();
        contents.abortUploadsBefore(clock.instant().minus(LONGEST_UPLOAD));
        return contents;
    }

    public RegistryHandler handler() {
        return handler;
    }

    /** The answer to any request of the registry, once it is known who calls. */
    RegistryResponse answer(RegistryRequest request) {
        return front.apply(request);
    }

    public ControlHandler control() {
        return control;
    }

    /** The rules as they are now. */
    List<PullThroughCacheRule> rules() {
        return ruleBook.list(Optional.empty(), Integer.MAX_VALUE).stream()
                .map(StoredRule::rule)
                .toList();
    }

    /** Present unless the blobs are in S3. */
    Optional<FileContentStore> files() {
        return files;
    }

    @Override
    public void close() {
        timer.close();
        events.close();
        file.ifPresent(MvStoreTable::close);
        files.ifPresent(FileContentStore::close);
        folder.ifPresent(DataFolder::close);
    }
}
