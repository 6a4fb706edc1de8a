package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: where each repository's tags point. An entry whose origin is not that of the repository's rule today counts as not
 * cached, and is replaced by the next that is written.
 *
 * <p>Reads see all writes that ended before them, unless they say otherwise. Errors: {@link StoreException}.
 */
public interface TagStore {
    int MAX_HISTORY = 50;

    /** One read. */
    Lookup<CachedTag> find(Repository repository, Tag tag);

    /** As {@link #find}, for half the cost: what was written within the last second may be missing. */
    Lookup<CachedTag> findEventually(Repository repository, Tag tag);

    /**
     * Points a tag that is not cached and begins its history, both or neither. The manifest was stored before.
     *
     * @return false, and nothing done, when the tag is cached meanwhile
     */
    boolean add(Repository repository, Tag tag, CachedTag pointer, Instant dueAt);

    /**
     * Links a manifest, whose content is stored, to the repository and points a tag at it that is not cached, all or nothing.
     *
     * @return false, and nothing done, when the tag is cached or the manifest is linked meanwhile: each is then to be done by itself
     */
    boolean addLinked(Repository repository, Tag tag, CachedManifest manifest, CachedTag pointer, Instant dueAt);

    /**
     * Moves a tag and adds to its history, both or neither. The manifest was stored before. A move by refresh leaves the
     * last-pulled time as it is.
     *
     * @return false, and nothing done, when the tag does not point where the caller thinks, or was checked since upstream was asked
     */
    boolean move(Repository repository, Tag tag, PointerMove move);

    /** Notes what upstream said, if the tag still points at the digest; a tag that moved meanwhile stays as it is. */
    void touch(Repository repository, Tag tag, Digest digest, TagStanding standing);

    /** Sets when the tag is due for a check, and nothing else. */
    void schedule(RepositoryName repository, Tag tag, Instant dueAt);

    /** Takes the tag out of the due ones until its next check, which a pull makes; nothing happens when it is due later than now. */
    void unschedule(RepositoryName repository, Tag tag, Instant now);

    /** Notes a pull, unless one was noted less than {@code precision} ago. Best effort: never throws, since the pull matters more. */
    void notePull(RepositoryName repository, Tag tag, Instant now, Duration precision);

    /** Remembers that upstream has no such tag; never replaces one that is cached. */
    void rememberAbsence(Repository repository, Tag tag, Instant until);

    /** Where the tag pointed, latest first, the last {@link #MAX_HISTORY}. */
    default List<TagMove> history(RepositoryName repository, Tag tag) {
        return history(repository, tag, MAX_HISTORY);
    }

    /** Where the tag pointed, latest first, at most {@code limit} moves. All moves are kept while the repository is there. */
    List<TagMove> history(RepositoryName repository, Tag tag, int limit);

    /** The cached tags in lexical order, those after {@code last}, at most {@code limit}. */
    List<Tag> list(Repository repository, Optional<Tag> last, int limit);
}
