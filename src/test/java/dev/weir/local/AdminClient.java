package dev.weir.local;

import dev.weir.access.Authenticator;
import dev.weir.access.Caller;
import dev.weir.access.ControlKey;
import dev.weir.access.FailedLogins;
import dev.weir.access.Principal;
import dev.weir.access.policy.PolicySet;
import dev.weir.access.token.SessionCredentials;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.SigningKeySet;
import dev.weir.access.token.SigningKeysDocument;
import dev.weir.assembly.SignIn;
import dev.weir.control.ControlHandler;
import dev.weir.control.OperationAccess;
import dev.weir.control.OperationTargets;
import dev.weir.control.RegistryIdentity;
import dev.weir.gate.OperationGate;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.RuleSet;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ecr.EcrClient;

/** The admin API behind a real HTTP server, and the stock clients that call it. */
public final class AdminClient implements AutoCloseable {
    /** What {@link #ecr} signs with. */
    public static final Map<String, ControlKey> KEYS = Map.of(
            "test-admin", new ControlKey("test-admin-secret", "admin", Caller.Role.ADMIN),
            "test-read", new ControlKey("test-read-secret", "read", Caller.Role.READ));

    private final LocalServer server;

    public AdminClient(ControlHandler control) {
        server = LocalServer.start(
                0,
                new HttpFront(
                        request -> new RegistryResponse(404, Map.of(), new byte[0]),
                        Optional.empty(),
                        Optional.of(control),
                        AllowedHosts.LOCAL));
    }

    /** Knows {@link #KEYS}, no other identity and no role. */
    public static SignIn signIn(Clock clock) {
        SigningKeySet keys = SigningKeysDocument.parse("{\"k1\":\"0123456789abcdef0123456789abcdef\"}");
        return new SignIn(
                () -> KEYS,
                new SignedTokens(() -> keys, clock),
                new Authenticator(List.of(), new FailedLogins(clock)),
                (name, identity) -> Optional.empty(),
                clock);
    }

    /** Of a registry without rules, to which nobody has put a policy. */
    public static OperationAccess access(RegistryIdentity identity) {
        return new OperationAccess(
                new OperationGate(() -> PolicySet.NONE, Clock.systemUTC()),
                new OperationTargets(RuleSet::of, identity));
    }

    /** The endpoint as a user writes it. */
    public URI endpoint() {
        return URI.create("http://localhost:" + server.port() + "/ecr");
    }

    /** AWS's own client of ECR; it tries once. */
    public EcrClient ecr(String keyId, String secret) {
        return ecr(endpoint(), keyId, secret);
    }

    /** The same at another path. */
    EcrClient ecr(URI endpoint, String keyId, String secret) {
        return ecr(endpoint, AwsBasicCredentials.create(keyId, secret));
    }

    /** Signs with keys that were issued for the principal. */
    EcrClient of(Principal principal) {
        SessionCredentials keys = new Sessions(signIn(Clock.systemUTC()).tokens(), Clock.systemUTC())
                .issue(principal, Duration.ofHours(1));
        return ecr(
                endpoint(),
                AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken()));
    }

    private static EcrClient ecr(URI endpoint, AwsCredentials credentials) {
        return EcrClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    /** Signs with the key of role admin. */
    public EcrClient admin() {
        return ecr("test-admin", "test-admin-secret");
    }

    @Override
    public void close() {
        server.close();
    }
}
