package dev.weir;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a deployed function reads from its environment: {@code WEIR_TABLE} and so on, as template.yaml sets them. */
@ConfigMapping(prefix = "weir")
public interface Settings {

    /** The DynamoDB table. */
    @WithDefault("weir")
    String table();

    /** The S3 bucket. */
    @WithDefault("weir")
    String bucket();

    /** The EventBridge bus that carries requests for fills. */
    @WithDefault("weir")
    String eventBus();

    /** How long a tag is trusted where its rule says nothing else. */
    @WithDefault("PT24H")
    Duration refreshInterval();

    /** The Secrets Manager secret of the users. */
    @WithDefault("weir/users")
    String usersSecret();

    /** The Secrets Manager secret of accounts, issuers and roles; it need not exist. */
    @WithDefault("weir/identities")
    String identitiesSecret();

    /** The Secrets Manager secret of the keys that sign tokens. */
    @WithDefault("weir/signing-keys")
    String signingKeysSecret();

    /** Names of the pull secrets. */
    Optional<List<String>> pullSecrets();

    /** What the names of the pull secrets in Secrets Manager begin with. */
    @WithDefault("weir/pull/")
    String pullSecretsPrefix();

    /** The key that new secrets are encrypted with; without it the key that AWS keeps for the account. */
    Optional<String> kmsKey();

    /** The Secrets Manager secret of the admin API's keys. */
    @WithDefault("weir/control-keys")
    String controlKeysSecret();

    /** The AWS account that the stack is in, which is ECR's registryId. */
    @WithDefault("000000000000")
    String account();

    /** The AWS partition that the stack is in. */
    @WithDefault("aws")
    String partition();

    /** The host that clients pull from. */
    @WithDefault("localhost")
    String host();

    /** Tags that were not pulled for this long are not checked until their next pull. */
    @WithDefault("P30D")
    Duration refreshIdle();

    /**
     * How long a request at the path for waiting waits for a fill. Long in the function for waiting only: another's executions
     * are for pulls of what is cached.
     */
    @WithDefault("PT1S")
    Duration patience();

    /** How long the URLs that clients are sent to for blobs can be used. */
    @WithDefault("PT15M")
    Duration urlLife();

    /** How many blobs of one manifest are requested ahead: no more than the fill function fills at a time. */
    @WithDefault("128")
    int maxPrefetched();

    /** How many repositories that are not cached one user may bring in within an hour. */
    @WithDefault("1000")
    int newRepositoriesPerHour();

    /** How many manifests that are not cached one user may bring in within an hour. */
    @WithDefault("10000")
    int newManifestsPerHour();

    /** The external id with which the roles of rules ({@code customRoleArn}) are assumed. */
    Optional<String> roleExternalId();

    /** Whether images of ECR Public are pulled with the token of the function's role, at a higher rate than without. */
    @WithDefault("false")
    boolean ecrPublicToken();

    /** {@code host:port} entries that may speak http and be at private addresses, for registries inside the VPC. */
    Optional<Set<String>> insecureUpstreams();

    /** {@code http://[user:password@]host:port} of the HTTP proxy for calls of upstreams; address checks are then the proxy's. */
    Optional<String> upstreamProxy();

    /** How many pull through cache rules there may be. */
    @WithDefault("1000")
    int maxRules();
}
