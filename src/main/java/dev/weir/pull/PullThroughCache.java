package dev.weir.pull;

import dev.weir.gate.Choice;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.BlobAccess;
import dev.weir.time.Deadline;
import dev.weir.time.Waiting;
import java.util.List;
import java.util.Optional;

/**
 * The flow of a pull, one method for each thing a client asks for. No policy is asked here: pulls come by way of
 * {@link Pulls}, and the admin API's callers are bound by the roles of their keys.
 *
 * <p>Errors: {@link PullFailedException} when upstream was needed and failed.
 */
public final class PullThroughCache {
    private static final ManifestPull.Chooser AS_IT_POINTS = (pointer, held) -> Choice.of(pointer);

    private final ManifestPull manifests;
    private final BlobPull blobs;
    private final Discovery discovery;
    private final ManifestMisses misses;

    public PullThroughCache(ManifestPull manifests, BlobPull blobs, Discovery discovery, ManifestMisses misses) {
        this.manifests = manifests;
        this.blobs = blobs;
        this.discovery = discovery;
        this.misses = misses;
    }

    /**
     * The manifest; when it was stored just now, its blobs are requested.
     *
     * @param principal in whose budget a new manifest is counted
     */
    public Answer<Manifest> manifest(Repository repository, Reference reference, String principal) {
        return manifest(repository, reference, principal, AS_IT_POINTS);
    }

    /**
     * The same.
     *
     * @param chooser which digest a tag means for the principal
     */
    Answer<Manifest> manifest(
            Repository repository, Reference reference, String principal, ManifestPull.Chooser chooser) {
        requireAllowed(repository);
        if (reference instanceof Tag tag) {
            require(repository.denialOf(tag));
        }
        ManifestMisses.Miss miss = misses.of(principal, reference);
        try {
            Answer<Manifest> answer = PullFailedException.translating(
                    ErrorCode.MANIFEST_UNKNOWN,
                    () -> reference instanceof Tag tag
                            ? manifests.byTag(repository, tag, miss, chooser)
                            : manifests.byDigest(repository, (Digest) reference, miss));
            if (answer.status().stored() && repository instanceof UpstreamRepository cached) {
                miss.moved(cached, answer.value());
            }
            return shown(repository, answer);
        } finally {
            miss.end();
        }
    }

    /** The settings of the repository's rule bind every way to its content. */
    private static void requireAllowed(Repository repository) {
        require(repository.denial());
    }

    private static void require(Optional<String> denial) {
        denial.ifPresent(why -> {
            throw PullFailedException.denied(why);
        });
    }

    private static <T> Answer<T> shown(Repository repository, Answer<T> answer) {
        return new Answer<>(answer.value(), answer.status().of(repository));
    }

    /**
     * The manifest, after upstream was asked where the tag points, however lately it was asked before. {@link
     * CacheStatus#isUnconfirmed} tells of a copy that upstream could not confirm.
     */
    public Answer<Manifest> manifestAsOfNow(Repository repository, Reference reference, String principal) {
        if (!(repository instanceof UpstreamRepository cached && reference instanceof Tag tag)) {
            return manifest(repository, reference, principal);
        }
        requireAllowed(repository);
        require(repository.denialOf(tag));
        ManifestMisses.Miss miss = misses.of(principal, reference);
        Answer<Manifest> answer = PullFailedException.translating(
                ErrorCode.MANIFEST_UNKNOWN, () -> manifests.byTagAsOfNow(cached, tag, miss, AS_IT_POINTS));
        if (answer.status().stored()) {
            miss.moved(cached, answer.value());
        }
        miss.end();
        return answer;
    }

    /** Where to read the blob, if it is stored or small enough to be filled until the deadline; waits for no other process. */
    public Answer<BlobLocation> blob(Repository repository, Digest digest, BlobAccess access, Deadline deadline) {
        requireAllowed(repository);
        return shown(repository, blobs.locate(repository, digest, access, deadline));
    }

    /** The same, but waits for the process that fills the blob, and never calls upstream itself. */
    public Answer<BlobLocation> awaitBlob(Repository repository, Digest digest, BlobAccess access, Waiting waiting) {
        requireAllowed(repository);
        return shown(repository, blobs.await(repository, digest, access, waiting));
    }

    /** The blob's size in bytes. */
    public Answer<Long> blobSize(Repository repository, Digest digest, Deadline deadline) {
        requireAllowed(repository);
        return shown(repository, blobs.size(repository, digest, deadline));
    }

    /** A part of upstream's tags, those left out that may not be pulled; of the cached ones while upstream fails. */
    public Answer<TagPage> tags(Repository repository, ListRange range) {
        requireAllowed(repository);
        Answer<TagPage> answer = discovery.tags(repository, range);
        TagPage page = answer.value();
        List<Tag> allowed = page.tags().stream()
                .filter(tag -> repository.denialOf(tag).isEmpty())
                .toList();
        return shown(repository, new Answer<>(new TagPage(allowed, page.next(), page.interruption()), answer.status()));
    }

    /**
     * The index of what refers to the digest; an empty index when nothing does.
     *
     * @param cursor {@link Referrers#next} of the part before
     */
    public Answer<Referrers> referrers(Repository repository, Digest digest, Optional<String> cursor) {
        requireAllowed(repository);
        return shown(repository, discovery.referrers(repository, digest, cursor));
    }

    /** Cached repositories in lexical order, those after {@code last}. */
    public List<RepositoryName> repositories(Optional<RepositoryName> last, int limit) {
        return discovery.repositories(last, limit);
    }
}
