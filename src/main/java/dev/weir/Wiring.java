package dev.weir;

import dev.weir.access.Authenticator;
import dev.weir.access.ControlKeys;
import dev.weir.access.Users;
import dev.weir.access.http.HttpIssuerDocuments;
import dev.weir.access.http.HttpsDocuments;
import dev.weir.access.http.StsCallerIdentities;
import dev.weir.access.iam.Partition;
import dev.weir.access.policy.Policies;
import dev.weir.access.token.PullSecretRotation;
import dev.weir.access.token.SignedTokens;
import dev.weir.assembly.Adapters;
import dev.weir.assembly.AdminApi;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Logins;
import dev.weir.assembly.Options;
import dev.weir.assembly.RuleApi;
import dev.weir.assembly.SignIn;
import dev.weir.aws.AwsClients;
import dev.weir.aws.OnFirstUse;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.aws.ecr.EcrCredentials;
import dev.weir.aws.ecr.EcrPublicCredentials;
import dev.weir.aws.eventbridge.EventBridgeCacheEvents;
import dev.weir.aws.s3.S3ContentStore;
import dev.weir.aws.secretsmanager.SecretsManagerControlKeys;
import dev.weir.aws.secretsmanager.SecretsManagerCredentials;
import dev.weir.aws.secretsmanager.SecretsManagerIdentities;
import dev.weir.aws.secretsmanager.SecretsManagerPullSecrets;
import dev.weir.aws.secretsmanager.SecretsManagerSigningKeys;
import dev.weir.aws.secretsmanager.SecretsManagerUsers;
import dev.weir.aws.sts.ExternalId;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.control.ControlHandler;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RuleAdmission;
import dev.weir.control.RuleDirectory;
import dev.weir.fill.FillRequests;
import dev.weir.pull.HourlyLimits;
import dev.weir.refresh.Refresher;
import dev.weir.registry.Front;
import dev.weir.registry.LoginHandler;
import dev.weir.registry.RegistryHandler;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.Rules;
import dev.weir.store.UrlLife;
import dev.weir.table.Table;
import dev.weir.table.TableRepositories;
import dev.weir.table.TableRuleBook;
import dev.weir.table.TableRules;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.FirstCredentials;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The adapters of the deployed functions, and the parts of the assembly that the functions are handed. */
final class Wiring {
    private final AwsClients clients = new AwsClients(Optional.empty(), System.getenv("AWS_ENDPOINT_URL") != null);
    private final Supplier<SecretsManagerClient> secrets = new OnFirstUse<>(clients::secretsManager);
    private final Supplier<EventBridgeClient> events = new OnFirstUse<>(clients::eventBridge);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Users users(Settings settings) {
        return new SecretsManagerUsers(secrets, settings.usersSecret());
    }

    @Produces
    @Singleton
    SignedTokens tokens(Settings settings, Clock clock) {
        return new SignedTokens(new SecretsManagerSigningKeys(secrets, settings.signingKeysSecret()), clock);
    }

    private Logins logins(Settings settings, Users users) {
        HttpsDocuments https = new HttpsDocuments();
        return new Logins(
                users,
                new SecretsManagerIdentities(secrets, settings.identitiesSecret()),
                new StsCallerIdentities(https),
                new HttpIssuerDocuments(https),
                Partition.ofRegion(String.valueOf(System.getenv("AWS_REGION"))));
    }

    @Produces
    @Singleton
    Authenticator authenticator(Settings settings, Users users, SignedTokens tokens, Clock clock) {
        return logins(settings, users).authenticator(tokens, clock);
    }

    @Produces
    @Singleton
    PullSecretRotation pullSecrets(Settings settings, SignedTokens tokens) {
        return new PullSecretRotation(
                tokens,
                new SecretsManagerPullSecrets(secrets, settings.pullSecretsPrefix(), settings.kmsKey()),
                settings.pullSecrets().orElse(List.of()));
    }

    @Produces
    @Singleton
    LoginHandler logins(SignedTokens tokens, Clock clock) {
        return new LoginHandler(tokens, clock);
    }

    @Produces
    @Singleton
    Table table(Settings settings) {
        return new DynamoDbTable(clients.dynamoDb(), settings.table());
    }

    @Produces
    @Singleton
    HttpUpstreamRegistry upstream(Settings settings, Credentials credentials) {
        return new HttpUpstreamRegistry(
                credentials,
                insecureUpstreams(settings),
                UpstreamTimeouts.DEFAULT,
                settings.upstreamProxy().map(UpstreamProxy::parse),
                Clock.systemUTC(),
                Sleeper.SYSTEM);
    }

    private static InsecureUpstreams insecureUpstreams(Settings settings) {
        return InsecureUpstreams.parse(settings.insecureUpstreams().orElse(Set.of()));
    }

    @Produces
    @Singleton
    Assembly assembly(Settings settings, Table table, HttpUpstreamRegistry upstream) {
        return new Assembly(
                new Adapters(
                        new TableRules(table, insecureUpstreams(settings)),
                        table,
                        new S3ContentStore(
                                clients.s3(), clients::s3Presigner, settings.bucket(), new UrlLife(settings.urlLife())),
                        upstream,
                        new EventBridgeCacheEvents(events, settings.eventBus())),
                Options.of(Front.REPLACES_CONTENT_LENGTH, settings.patience())
                        .withMaxPrefetched(settings.maxPrefetched())
                        .withRepositoryArns(identity(settings).repositoryArns())
                        .withRefresh(settings.refreshInterval(), settings.refreshIdle())
                        .withHourlyLimits(
                                new HourlyLimits(settings.newRepositoriesPerHour(), settings.newManifestsPerHour())));
    }

    @Produces
    @Singleton
    Credentials credentials(Settings settings) {
        Clock clock = Clock.systemUTC();
        List<Credentials> places = new ArrayList<>();
        places.add(new SecretsManagerCredentials(secrets, clock));
        places.add(new EcrCredentials(
                clients, new RoleSessions(clients, settings.roleExternalId().map(ExternalId::parse)), clock));
        if (settings.ecrPublicToken()) {
            places.add(new EcrPublicCredentials(clients, clock));
        }
        return new FirstCredentials(places);
    }

    @Produces
    @Singleton
    ControlKeys controlKeys(Settings settings) {
        return new SecretsManagerControlKeys(secrets, settings.controlKeysSecret());
    }

    /** Users with a password have no role, and their secret is not the admin API's to read. */
    @Produces
    @Singleton
    ControlHandler control(
            ControlKeys keys, SignedTokens tokens, Settings settings, Assembly assembly, RuleApi rules, Clock clock) {
        RegistryIdentity identity = identity(settings);
        Logins logins = logins(settings, Map::of);
        SignIn signIn = new SignIn(
                keys, tokens, logins.authenticator(tokens, clock), logins.roles(settings.account(), clock), clock);
        return new AdminApi(signIn, identity, assembly.access(identity), assembly.operations(identity), rules)
                .handler();
    }

    private static RegistryIdentity identity(Settings settings) {
        String region = Optional.ofNullable(System.getenv("AWS_REGION")).orElse("us-east-1");
        return RegistryIdentity.ofHost(settings.partition(), region, settings.account(), settings.host());
    }

    @Produces
    @Singleton
    RuleApi ruleApi(
            Settings settings, Table table, Rules rules, Credentials credentials, HttpUpstreamRegistry upstream) {
        InsecureUpstreams insecureUpstreams = insecureUpstreams(settings);
        return new RuleApi(
                new RuleDirectory(new TableRuleBook(table, insecureUpstreams, rules), identity(settings)),
                new TableRepositories(table, rules),
                new RuleAdmission(settings.maxRules(), insecureUpstreams),
                new RuleApi.Upstreams(credentials, upstream),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    Policies policies(Assembly assembly) {
        return assembly.policies();
    }

    @Produces
    @Singleton
    Rules rules(Assembly assembly) {
        return assembly.rules();
    }

    @Produces
    @Singleton
    RegistryHandler registry(Assembly assembly) {
        return assembly.registry();
    }

    @Produces
    @Singleton
    FillRequests fillRequests(Assembly assembly) {
        return assembly.fillRequests();
    }

    @Produces
    @Singleton
    Refresher refresher(Assembly assembly) {
        return assembly.refresher();
    }
}
