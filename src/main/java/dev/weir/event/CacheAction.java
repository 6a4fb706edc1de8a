package dev.weir.event;

import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.UpstreamException;
import java.util.Optional;

/**
 * What the cache did or could not do: the event "ECR Pull Through Cache Action", source {@code weir}.
 *
 * <p>Source: ECR user guide, "Amazon ECR events and EventBridge", pull through cache action.
 *
 * @param digest what the tag points at, here or (when only upstream's moved) upstream; or the blob
 * @param failure why, for the failed types
 */
public record CacheAction(
        Type type, UpstreamRepository repository, Optional<Tag> tag, Optional<Digest> digest, Optional<Failure> failure)
        implements CacheEvent {

    /** What happened. */
    public enum Type {
        FIRST_CACHED,
        MOVED,
        REFRESH_FAILED,
        FILL_FAILED,
        IMMUTABLE_TAG_MOVED_UPSTREAM,
        GONE_UPSTREAM
    }

    /**
     * Why something failed.
     *
     * @param code {@code UPSTREAM_<kind>}, {@code CREDENTIAL_UNREADABLE}
     * @param reason for people
     */
    public record Failure(String code, String reason) {

        public static Failure of(UpstreamException why) {
            return new Failure("UPSTREAM_" + why.kind(), String.valueOf(why.getMessage()));
        }

        public static Failure of(CredentialException why) {
            return new Failure("CREDENTIAL_UNREADABLE", String.valueOf(why.getMessage()));
        }
    }

    public static CacheAction firstCached(UpstreamRepository repository, Optional<Tag> tag, Digest digest) {
        return new CacheAction(Type.FIRST_CACHED, repository, tag, Optional.of(digest), Optional.empty());
    }

    public static CacheAction moved(UpstreamRepository repository, Tag tag, Digest digest) {
        return new CacheAction(Type.MOVED, repository, Optional.of(tag), Optional.of(digest), Optional.empty());
    }

    public static CacheAction immutableTagMovedUpstream(UpstreamRepository repository, Tag tag, Digest upstream) {
        return new CacheAction(
                Type.IMMUTABLE_TAG_MOVED_UPSTREAM,
                repository,
                Optional.of(tag),
                Optional.of(upstream),
                Optional.empty());
    }

    public static CacheAction goneUpstream(UpstreamRepository repository, Tag tag, Digest held, Failure why) {
        return new CacheAction(Type.GONE_UPSTREAM, repository, Optional.of(tag), Optional.of(held), Optional.of(why));
    }

    public static CacheAction refreshFailed(UpstreamRepository repository, Tag tag, Failure why) {
        return new CacheAction(Type.REFRESH_FAILED, repository, Optional.of(tag), Optional.empty(), Optional.of(why));
    }

    public static CacheAction fillFailed(UpstreamRepository repository, Digest blob, Failure why) {
        return new CacheAction(Type.FILL_FAILED, repository, Optional.empty(), Optional.of(blob), Optional.of(why));
    }
}
