package dev.weir.aws;

import dev.weir.lease.LeaseName;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The one table's layout.
 *
 * <pre>
 * pk              sk            attributes
 * R#&lt;repository&gt;  T#&lt;tag&gt;       digest mediaType sizeBytes manifest? movedAt checkedAt pulledAt goneSince?
 *                               upstreamDigest? dueShard? dueAt?
 * R#&lt;repository&gt;  H#&lt;tag&gt;       moves: [{digest at by}], latest first
 * R#&lt;repository&gt;  M#&lt;digest&gt;    digest mediaType sizeBytes manifest?
 * R#&lt;repository&gt;  B#&lt;digest&gt;    sizeBytes
 * R#&lt;repository&gt;  S#&lt;digest&gt;    manifest expiresAt: the index of what refers to the digest
 * R#&lt;repository&gt;  T# M# or B#   absentUntil expiresAt: upstream's 404, never in place of what is held
 * CATALOG         &lt;repository&gt;
 * L#&lt;lease&gt;       L             state owner? since leaseUntil failure? expiresAt
 * U#&lt;authority&gt;   U             failures lastFailedAt pausedUntil kind status expiresAt
 * F#&lt;prefix&gt;      &lt;kind&gt;        failingAt reason expiresAt: how a rule failed within the last hour
 * REPOSITORIES    &lt;repository&gt;  imageTagMutability imageTagMutabilityExclusionFilters?
 * RULES           &lt;prefix&gt;      upstreamRegistryUrl upstreamRepositoryPrefix credentialArn? …
 * </pre>
 *
 * <p>Index {@link #DUE_INDEX}: hash {@code dueShard} (a hex digit of the hash of {@code repository:tag}), range {@code
 * dueAt}, keys only.
 *
 * <p>Units: times are epoch milliseconds, but {@code expiresAt}, the table's TTL, is epoch seconds.
 */
final class TableKeys {
    static final String PK = "pk";
    static final String SK = "sk";
    static final String EXPIRES_AT = "expiresAt";
    static final String CATALOG = "CATALOG";
    static final String TAG_PREFIX = "T#";
    static final String REPOSITORY_PREFIX = "R#";
    static final String DUE_INDEX = "due";
    static final String DUE_SHARD = "dueShard";
    static final String DUE_AT = "dueAt";
    static final String DUE_SHARDS = "0123456789abcdef";

    private TableKeys() {}

    static Map<String, AttributeValue> tag(RepositoryName repository, Tag tag) {
        return key(partition(repository), TAG_PREFIX + tag);
    }

    static Map<String, AttributeValue> manifest(RepositoryName repository, Digest digest) {
        return key(partition(repository), "M#" + digest);
    }

    static Map<String, AttributeValue> blob(RepositoryName repository, Digest digest) {
        return key(partition(repository), "B#" + digest);
    }

    static Map<String, AttributeValue> referrers(RepositoryName repository, Digest digest) {
        return key(partition(repository), "S#" + digest);
    }

    static Map<String, AttributeValue> catalog(RepositoryName repository) {
        return key(CATALOG, repository.value());
    }

    static Map<String, AttributeValue> lease(LeaseName name) {
        return key("L#" + name, "L");
    }

    static Map<String, AttributeValue> history(RepositoryName repository, Tag tag) {
        return key(partition(repository), "H#" + tag);
    }

    static Map<String, AttributeValue> upstream(UpstreamUrl upstream) {
        return key("U#" + upstream.authority(), "U");
    }

    static Map<String, AttributeValue> failing(RepositoryPrefix rule, UpstreamException.Kind how) {
        return key("F#" + rule, how.name());
    }

    static String dueShard(RepositoryName repository, Tag tag) {
        return Digest.of((repository + ":" + tag).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(63);
    }

    static String partition(RepositoryName repository) {
        return REPOSITORY_PREFIX + repository;
    }

    static Map<String, AttributeValue> key(String pk, String sk) {
        return Map.of(PK, AttributeValue.fromS(pk), SK, AttributeValue.fromS(sk));
    }
}
