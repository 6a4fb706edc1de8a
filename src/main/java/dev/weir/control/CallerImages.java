package dev.weir.control;

import dev.weir.access.Caller;
import dev.weir.access.Principal;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.Tag;
import dev.weir.pull.Answer;
import dev.weir.pull.BlobLocation;
import dev.weir.pull.PullThroughCache;
import dev.weir.pull.Pulls;
import dev.weir.pull.WarmUp;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.BlobAccess;
import dev.weir.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The images that callers get. A control key gets whatever its role lets it ask for. A derived caller gets what its principal may
 * pull: no operation leads around what holds a pull back.
 *
 * <p>Errors: {@code RegistryException} DENIED for a derived caller; {@code PullFailedException}.
 *
 * @param pulls what a principal may pull
 */
public record CallerImages(PullThroughCache cache, WarmUp warmUp, Function<Principal, Pulls> pulls) {

    /** Whether the image is asked for upstream, and not only looked for here. */
    boolean isPulled(Caller caller, Repository repository) {
        return caller.isDerived() || repository instanceof UpstreamRepository;
    }

    /** An image by what names it; for a key it is brought in whole, as upstream has it now. */
    Answer<Manifest> bringIn(Caller caller, Repository repository, Reference wanted) {
        return !caller.isDerived() && repository instanceof UpstreamRepository cached
                ? warmUp.bringIn(cached, wanted, caller.principal().name())
                : of(caller).manifest(repository, wanted, Optional.empty());
    }

    Answer<Manifest> manifest(Caller caller, Repository repository, Digest digest) {
        return caller.isDerived()
                ? of(caller).manifest(repository, digest, Optional.empty())
                : cache.manifest(repository, digest, caller.principal().name());
    }

    Answer<BlobLocation> blob(Caller caller, Repository repository, Digest digest, Deadline deadline) {
        return caller.isDerived()
                ? of(caller).blob(repository, digest, BlobAccess.GET, deadline)
                : cache.blob(repository, digest, BlobAccess.GET, deadline);
    }

    Answer<Referrers> referrers(Caller caller, Repository repository, Digest subject, Optional<String> cursor) {
        return caller.isDerived()
                ? of(caller).referrers(repository, subject, cursor)
                : cache.referrers(repository, subject, cursor);
    }

    /** Those of the tags that lists show the caller. */
    List<Tag> seen(Caller caller, Repository repository, List<Tag> tags) {
        return caller.isDerived() ? of(caller).seen(repository, tags) : tags;
    }

    /** Whether lists don't show the caller the tag that led to the image, or the tags' history where it did. */
    boolean isHidden(Caller caller, Repository repository, HeldImages.Found found) {
        return found.named()
                .filter(tag -> seen(caller, repository, List.of(tag)).isEmpty())
                .isPresent();
    }

    /** Whether the caller may read what the repository holds of the image. */
    boolean mayRead(Caller caller, Repository holder, Digest image) {
        return !caller.isDerived() || of(caller).mayRead(holder, image);
    }

    private Pulls of(Caller caller) {
        return pulls.apply(caller.principal());
    }
}
