package dev.weir.pull;

import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.RepositoryLinks;
import dev.weir.store.TagStore;
import dev.weir.time.Deadline;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What there is to pull: tags, referrers, repositories. Source: distribution-spec, "Content Discovery". */
public final class Discovery {
    private static final Duration REFERRERS_KEPT = Duration.ofDays(30);
    private static final int MAX_TAGS = 100_000;
    private static final Manifest NO_REFERRERS = emptyIndex();

    private final UpstreamRegistry upstream;
    private final TagStore tags;
    private final RepositoryLinks links;
    private final Clock clock;

    public Discovery(UpstreamRegistry upstream, TagStore tags, RepositoryLinks links, Clock clock) {
        this.upstream = upstream;
        this.tags = tags;
        this.links = links;
        this.clock = clock;
    }

    /** Upstream's tags in lexical order; the cached ones while upstream fails. */
    Answer<List<Tag>> tags(UpstreamRepository repository) {
        try {
            return new Answer<>(
                    upstream.tags(repository, Deadline.in(clock, ManifestPull.PATIENCE)), CacheStatus.BYPASS);
        } catch (UpstreamException | CredentialException e) {
            List<Tag> cached = tags.list(repository, Optional.empty(), MAX_TAGS);
            if (cached.isEmpty()) {
                throw failed(e, ErrorCode.NAME_UNKNOWN);
            }
            return new Answer<>(cached, CacheStatus.staleOnError(statusOf(e)));
        }
    }

    /**
     * The index of what refers to the digest, artifactType not filtered; an empty index when nothing does. Signatures come
     * after the image, so upstream is asked each time; its last answer serves while it fails.
     */
    Answer<Manifest> referrers(UpstreamRepository repository, Digest digest) {
        try {
            Optional<Manifest> current =
                    upstream.referrers(repository, digest, Deadline.in(clock, ManifestPull.PATIENCE));
            current.ifPresent(found -> links.putReferrers(
                    repository, digest, found, clock.instant().plus(REFERRERS_KEPT)));
            return new Answer<>(current.orElse(NO_REFERRERS), CacheStatus.BYPASS);
        } catch (UpstreamException | CredentialException e) {
            return links.referrers(repository, digest)
                    .map(held -> new Answer<>(held, CacheStatus.staleOnError(statusOf(e))))
                    .orElseThrow(() -> failed(e, ErrorCode.MANIFEST_UNKNOWN));
        }
    }

    private static OptionalInt statusOf(RuntimeException e) {
        return e instanceof UpstreamException upstreams ? upstreams.status() : OptionalInt.empty();
    }

    private static PullFailedException failed(RuntimeException e, ErrorCode notFound) {
        return e instanceof UpstreamException upstreams
                ? PullFailedException.of(upstreams, notFound)
                : PullFailedException.of((CredentialException) e);
    }

    /** Cached repositories in lexical order, those after {@code last}. */
    List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        return links.repositories(last, limit);
    }

    private static Manifest emptyIndex() {
        byte[] bytes = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
    }
}
