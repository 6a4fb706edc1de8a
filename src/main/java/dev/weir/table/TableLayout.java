package dev.weir.table;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.Origin;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamAccount;
import dev.weir.store.TagMove;
import dev.weir.upstream.CircuitName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * What is stored under which key.
 *
 * <pre>
 * pk              sk            attributes
 * R#&lt;repository&gt;  T#&lt;tag&gt;       digest mediaType sizeBytes origin movedAt checkedAt pulledAt goneSince?
 *                               upstreamDigest? dueShard? dueTime? dueAt?: a pointer, never the manifest's bytes
 * R#&lt;repository&gt;  H#&lt;tag&gt;#&lt;-time&gt;#&lt;digest&gt;  digest at by: one move of the tag; the latest sorts first
 * R#&lt;repository&gt;  M#&lt;digest&gt;    digest mediaType sizeBytes origin linkedAt manifest?: the bytes up to 8 KiB, else they are in S3
 * R#&lt;repository&gt;  B#&lt;digest&gt;    sizeBytes origin linkedAt
 * R#&lt;repository&gt;  S#&lt;digest&gt;    manifest origin expiresAt: the index of what refers to the digest
 * R#&lt;repository&gt;  T# M# or B#   absentUntil origin expiresAt: negative cache entry, never in place of what is held
 * R#&lt;repository&gt;  N#&lt;digest&gt;#&lt;referrer&gt;  a manifest of a hosted repository that refers to the digest
 * R#&lt;repository&gt;  LIFECYCLE     text: the lifecycle policy
 * R#&lt;repository&gt;  D#&lt;digest&gt;    at origin: when the digest was first seen in the repository; never removed before it
 * R#&lt;repository&gt;  I#&lt;digest&gt;#&lt;time&gt;#&lt;parent&gt;  digest at origin os? architecture? variant?: a manifest that names the digest;
 *                               the one that was seen first sorts first
 * R#&lt;repository&gt;  W#&lt;digest&gt;#&lt;principal&gt;  pulledAt: when the principal was last served the manifest, to the hour
 * REGISTRY        SCANNING      text: the registry's scanning configuration
 * CATALOG         &lt;repository&gt;  createdAt: each repository that was created or cached
 * D#&lt;digest&gt;      &lt;repository&gt;  a repository that the manifest was linked to
 * L#&lt;lease&gt;       L             state owner? leaseUntil expiresAt; of a failure: kind action detail status audience
 * L#&lt;lease&gt;       FILL          uploadId partBytes offset hashState sizeBytes? origin expiresAt: a fill to be gone on with
 * U#&lt;account&gt;     ACCOUNT       failures lastFailedAt openUntil kind status onlyIn? expiresAt: a circuit breaker; so are the next
 * U#&lt;account&gt;     MANIFESTS or BLOBS
 * U#&lt;account&gt;     REPOSITORY#&lt;upstream repository&gt;
 * F#&lt;prefix&gt;      &lt;kind&gt;        failingAt reason expiresAt: how a rule failed within the last hour
 * REFRESH         DONE          at: what was due by then was checked or is due later
 * P#&lt;principal&gt;   &lt;end of hour&gt; repositories manifests expiresAt: what the principal has brought in within the hour
 * POLICIES        REGISTRY or REPOSITORY#&lt;repository&gt;  policyText
 * TEMPLATES       &lt;prefix&gt;      imageTagMutability imageTagMutabilityExclusionFilters? tags? repositoryPolicy? lifecyclePolicy?
 *                               appliedFor description? createdAt updatedAt version: what new repositories are given
 * REPOSITORIES    &lt;repository&gt;  imageTagMutability imageTagMutabilityExclusionFilters? hosted? scanOnPush? tags? version: a
 *                               repository's own settings; hosted is there where it has no upstream
 * RULES           &lt;prefix&gt;      upstreamRegistryUrl upstreamRepositoryPrefix? credentialArn? customRoleArn? tags? createdAt updatedAt …
 * RETIRED_RULES   &lt;prefix&gt;      the same: a rule that is deleted, until its prefix has one again
 * </pre>
 *
 * <p>{@code origin} is {@code <host[:port]>/<upstream repository>}: where the content came from; {@code weir:hosted/<repository>}
 * in a repository without an upstream.
 *
 * <p>Index {@link #DUE_INDEX}: hash {@code dueShard} (a hex digit of the hash of {@code repository:tag}), range {@code dueTime} (the
 * time of day of {@code dueAt}), and {@code dueAt}.
 *
 * <p>Units: instants are epoch milliseconds, but {@code expiresAt}, the table's TTL, is epoch seconds; {@code dueTime} is milliseconds
 * since midnight, UTC.
 */
public final class TableLayout {
    public static final String PK = "pk";
    public static final String SK = "sk";
    public static final String EXPIRES_AT = "expiresAt";
    public static final String ABSENT_UNTIL = "absentUntil";

    public static final String DIGEST = "digest";
    public static final String MEDIA_TYPE = "mediaType";
    public static final String SIZE_BYTES = "sizeBytes";
    public static final String ORIGIN = "origin";
    public static final String MANIFEST = "manifest";
    public static final String MOVED_AT = "movedAt";
    public static final String CHECKED_AT = "checkedAt";
    public static final String PULLED_AT = "pulledAt";
    public static final String GONE_SINCE = "goneSince";
    public static final String UPSTREAM_DIGEST = "upstreamDigest";
    public static final String LINKED_AT = "linkedAt";
    public static final String AT = "at";
    public static final String BY = "by";
    public static final String OWNER = "owner";
    public static final String LEASE_UNTIL = "leaseUntil";
    public static final String OPEN_UNTIL = "openUntil";
    public static final String FAILING_AT = "failingAt";
    public static final String HOSTED = "hosted";
    public static final String CREATED_AT = "createdAt";

    public static final String CATALOG = "CATALOG";
    public static final String RULES = "RULES";
    public static final String RETIRED_RULES = "RETIRED_RULES";
    public static final String REPOSITORIES = "REPOSITORIES";
    public static final String TAG_PREFIX = "T#";
    static final String MANIFEST_PREFIX = "M#";
    private static final String REPOSITORY_PREFIX = "R#";

    public static final String DUE_INDEX = "due";
    public static final String DUE_SHARD = "dueShard";
    public static final String DUE_TIME = "dueTime";
    public static final String DUE_AT = "dueAt";
    public static final String DUE_SHARDS = "0123456789abcdef";

    /** A tag, manifest or blob is cached here, in contrast to a negative cache entry or nothing. */
    public static final Condition HELD = Condition.exists(SIZE_BYTES);

    /** There is a negative cache entry, or nothing. */
    public static final Condition NOT_HELD = Condition.absent(SIZE_BYTES);

    /** There is an item, whatever its attributes. */
    public static final Condition EXISTS = Condition.exists(PK);

    /** There is no item. */
    public static final Condition VACANT = Condition.absent(PK);

    static final Key REFRESH_DONE = new Key("REFRESH", "DONE");

    private TableLayout() {}

    /** The tag points at the digest. */
    public static Condition pointsAt(Digest digest) {
        return Condition.equalTo(DIGEST, digest.toString());
    }

    /** The owner holds the lease. */
    public static Condition ownedBy(String owner) {
        return Condition.equalTo(OWNER, owner);
    }

    /** The entry is of this origin. */
    static Condition comesFrom(Origin origin) {
        return Condition.equalTo(ORIGIN, origin.value());
    }

    /** There is nothing held, or what is held is of another origin. */
    static Condition isNotHeldFrom(Origin origin) {
        return NOT_HELD.or(Condition.absent(ORIGIN)).or(Condition.notEqualTo(ORIGIN, origin.value()));
    }

    /** The tag is due by this time. */
    public static Condition isDueAt(Instant now) {
        return Condition.atMost(DUE_AT, now);
    }

    /** The attribute has no time, or one that is not after this. */
    public static Condition isUnsetOrAtMost(String attribute, Instant time) {
        return Condition.absent(attribute).or(Condition.atMost(attribute, time));
    }

    /** The partition of a repository's tags, manifests and blobs. */
    public static String partition(RepositoryName repository) {
        return REPOSITORY_PREFIX + repository;
    }

    public static Key tag(RepositoryName repository, Tag tag) {
        return new Key(partition(repository), TAG_PREFIX + tag);
    }

    static Key history(RepositoryName repository, Tag tag, TagMove move) {
        String latestFirst = String.format("%016x", Long.MAX_VALUE - move.at().toEpochMilli());
        return new Key(
                partition(repository),
                historyPrefix(tag) + latestFirst + "#" + move.digest().hex().substring(0, 12));
    }

    /** No tag holds a {@code #}. */
    static String historyPrefix(Tag tag) {
        return "H#" + tag + "#";
    }

    public static Key manifest(RepositoryName repository, Digest digest) {
        return new Key(partition(repository), MANIFEST_PREFIX + digest);
    }

    public static Key blob(RepositoryName repository, Digest digest) {
        return new Key(partition(repository), "B#" + digest);
    }

    public static Key referrers(RepositoryName repository, Digest digest) {
        return new Key(partition(repository), "S#" + digest);
    }

    public static Key catalog(RepositoryName repository) {
        return new Key(CATALOG, repository.value());
    }

    public static Key lease(String name) {
        return new Key("L#" + name, "L");
    }

    /** What a fill that ran out of time left, beside the lease on its blob. */
    static Key keptFill(String lease) {
        return new Key("L#" + lease, "FILL");
    }

    /** An account is a host, and a credential where there is one. */
    public static Key circuit(CircuitName name) {
        String repository = name.repository().map(upstream -> "#" + upstream).orElse("");
        return new Key(circuits(name.account()), name.scope().name() + repository);
    }

    /** The partition of an account's circuits. */
    static String circuits(UpstreamAccount account) {
        return "U#" + account;
    }

    /** Whose key it is, made by {@link #circuit}. */
    static CircuitName circuitOf(UpstreamAccount account, Key key) {
        String[] scopeAndRepository = key.sk().split("#", 2);
        return new CircuitName(
                account,
                CircuitName.Scope.valueOf(scopeAndRepository[0]),
                Arrays.stream(scopeAndRepository).skip(1).findFirst().map(RepositoryName::parse));
    }

    /** @param kind how the rule fails: the name of an upstream failure's kind */
    public static Key failing(RepositoryPrefix rule, String kind) {
        return new Key("F#" + rule, kind);
    }

    /** @param end of the hour that is counted in */
    static Key budget(String principal, Instant end) {
        return new Key("P#" + principal, end.toString());
    }

    public static Key rule(RepositoryPrefix prefix) {
        return new Key(RULES, prefix.value());
    }

    static Key retiredRule(RepositoryPrefix prefix) {
        return new Key(RETIRED_RULES, prefix.value());
    }

    public static Key repository(RepositoryName repository) {
        return new Key(REPOSITORIES, repository.value());
    }

    /** Which part of the index of due tags holds the tag. */
    public static String dueShard(RepositoryName repository, Tag tag) {
        return Digest.of((repository + ":" + tag).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(63);
    }

    /** The repository of a key made by {@link #tag}. Errors: {@link IllegalStateException} on another key, and those of the parser. */
    public static RepositoryName repositoryOf(Key tagKey) {
        return RepositoryName.parse(after(REPOSITORY_PREFIX, tagKey.pk(), tagKey));
    }

    /** The tag of a key made by {@link #tag}. Errors: {@link IllegalStateException} on another key, and those of the parser. */
    public static Tag tagOf(Key tagKey) {
        return Tag.parse(after(TAG_PREFIX, tagKey.sk(), tagKey));
    }

    private static String after(String prefix, String text, Key key) {
        if (!text.startsWith(prefix)) {
            throw new IllegalStateException("item " + key + " is not a tag's: '" + prefix + "' is missing in its key");
        }
        return text.substring(prefix.length());
    }
}
