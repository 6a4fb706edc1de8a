package dev.weir.pull;

import dev.weir.gate.Choice;
import dev.weir.gate.Held;
import dev.weir.gate.PullAction;
import dev.weir.gate.PullGate;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.rules.Repository;
import dev.weir.store.BlobAccess;
import dev.weir.store.PullRecords;
import dev.weir.time.Deadline;
import dev.weir.time.Waiting;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one principal may pull: the only way to the cache. Each thing is asked for with the repository as the gate opens it, so that
 * whoever may not make Weir fetch is handed one without an upstream.
 *
 * <p>Errors: {@link RegistryException} DENIED; {@link PullFailedException} when upstream was needed and failed.
 */
public final class Pulls {
    private static final int LISTED_AT_ONCE = 1_000;
    private static final int MAX_LISTS = 50;

    private final PullThroughCache cache;
    private final PullGate gate;
    private final PullRecords records;
    private final Clock clock;

    public Pulls(PullThroughCache cache, PullGate gate, PullRecords records, Clock clock) {
        this.cache = cache;
        this.gate = gate;
        this.records = records;
        this.clock = clock;
    }

    /**
     * The manifest that the reference means for the principal.
     *
     * @param asOf the moment at which tags are meant; empty for now, or what the repository's rule says
     */
    public Answer<Manifest> manifest(Repository named, Reference reference, Optional<Instant> asOf) {
        gate.requirePull(named, reference);
        Repository repository = gate.open(named, Optional.of(reference));
        Optional<Instant> moment = asOf.or(() -> gate.asOf(named));
        Answer<Manifest> answer = audited(
                PullAction.GET_MANIFEST,
                repository,
                reference,
                () -> reference instanceof Tag tag
                        ? moment.map(at -> asOf(repository, tag, at)).orElseGet(() -> ofTag(repository, tag))
                        : ofDigest(repository, (Digest) reference));
        Digest digest = answer.value().digest();
        gate.served(repository, answer.value());
        records.note(repository, digest, gate.principal().name(), clock.instant());
        return answer;
    }

    /** Tells the audit log what was brought in, and what a setting or the lack of a permission to import denies. */
    private <T> Answer<T> audited(
            PullAction action, Repository repository, Reference reference, Supplier<Answer<T>> pull) {
        try {
            Answer<T> answer = pull.get();
            if (answer.status().stored()) {
                gate.imported(repository, reference);
            }
            return answer;
        } catch (PullFailedException e) {
            if (e.isDecisionOn(repository)) {
                gate.denied(action, repository, reference, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private Answer<Manifest> ofTag(Repository repository, Tag tag) {
        return manifest(repository, tag, (pointer, held) -> gate.choose(repository, tag, pointer, held));
    }

    /** The digest is judged when it is known to be one, and before its bytes are handed out. */
    private Answer<Manifest> ofDigest(Repository repository, Digest digest) {
        Answer<Manifest> answer = manifest(repository, digest, (pointer, held) -> Choice.of(pointer));
        Held held = answer.status().hit() ? Held.HELD : Held.NOT_HELD;
        Choice choice = gate.requireManifest(repository, digest, held);
        return new Answer<>(answer.value(), answer.status().withDetail(choice.detail()));
    }

    private Answer<Manifest> asOf(Repository repository, Tag tag, Instant moment) {
        repository.denialOf(tag).ifPresent(why -> {
            throw PullFailedException.denied(why);
        });
        Choice choice = gate.choose(repository, tag, moment);
        Answer<Manifest> answer = manifest(repository, choice.digest(), (pointer, held) -> Choice.of(pointer));
        return new Answer<>(answer.value(), answer.status().withDetail(choice.detail()));
    }

    private Answer<Manifest> manifest(Repository repository, Reference reference, ManifestPull.Chooser chooser) {
        return cache.manifest(repository, reference, gate.principal().name(), chooser);
    }

    /** Where to read the blob, if it is stored or small enough to be filled until the deadline; waits for no other process. */
    public Answer<BlobLocation> blob(Repository repository, Digest digest, BlobAccess access, Deadline deadline) {
        Repository opened = opened(repository, digest);
        return audited(PullAction.GET_BLOB, opened, digest, () -> cache.blob(opened, digest, access, deadline));
    }

    /** The same, but waits for the process that fills the blob, and never calls upstream itself. */
    public Answer<BlobLocation> awaitBlob(Repository repository, Digest digest, BlobAccess access, Waiting waiting) {
        Repository opened = opened(repository, digest);
        return audited(PullAction.GET_BLOB, opened, digest, () -> cache.awaitBlob(opened, digest, access, waiting));
    }

    /** The blob's size in bytes. */
    public Answer<Long> blobSize(Repository repository, Digest digest, Deadline deadline) {
        Repository opened = opened(repository, digest);
        return audited(PullAction.GET_BLOB, opened, digest, () -> cache.blobSize(opened, digest, deadline));
    }

    private Repository opened(Repository repository, Digest blob) {
        gate.requireBlob(repository, blob);
        return gate.open(repository, Optional.of(blob));
    }

    /** A part of upstream's tags; of the cached ones while upstream fails, and for whoever may not make Weir ask. */
    public Answer<TagPage> tags(Repository repository, ListRange range) {
        gate.require(PullAction.LIST_TAGS, repository);
        Answer<TagPage> answer = cache.tags(gate.open(repository, Optional.empty()), range);
        TagPage page = answer.value();
        List<Tag> seen = gate.seen(repository, page.tags());
        return new Answer<>(new TagPage(seen, page.next(), page.interruption()), answer.status());
    }

    /**
     * The index of what refers to the digest; an empty index when nothing does.
     *
     * @param cursor {@link Referrers#next} of the part before
     */
    public Answer<Referrers> referrers(Repository repository, Digest digest, Optional<String> cursor) {
        gate.require(PullAction.LIST_REFERRERS, repository);
        gate.requireManifest(repository, digest, Held.HELD);
        Repository opened = gate.open(repository, Optional.of(digest));
        return audited(PullAction.LIST_REFERRERS, opened, digest, () -> cache.referrers(opened, digest, cursor));
    }

    /** Those of the repository's tags that lists show. */
    public List<Tag> seen(Repository repository, List<Tag> tags) {
        List<Tag> allowed = gate.seen(repository, tags);
        return allowed.stream()
                .filter(tag -> repository.denialOf(tag).isEmpty())
                .toList();
    }

    /** Whether the principal may have an image and its blobs from what the repository holds. A denial is no line of the audit log. */
    public boolean mayRead(Repository repository, Digest image) {
        if (repository.denial().isPresent()) {
            return false;
        }
        PullGate looking = gate.looking();
        try {
            looking.require(PullAction.GET_BLOB, repository);
            looking.requirePull(repository, image);
            looking.requireManifest(repository, image, Held.HELD);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    /**
     * Cached repositories that the principal may list, and of which its rule lets something be pulled, after {@code last}.
     *
     * @param limit at least 1
     * @param find the repository of a name; empty where no rule covers it any more
     */
    public RepositoryPage repositories(
            Optional<RepositoryName> last, int limit, Function<RepositoryName, Optional<Repository>> find) {
        return new RepositoryWalk(cache::repositories, LISTED_AT_ONCE, MAX_LISTS)
                .seen(last, limit, name -> gate.sees(name, find.apply(name)));
    }
}
