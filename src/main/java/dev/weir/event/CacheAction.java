package dev.weir.event;

import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.UpstreamException;
import java.util.Optional;

/**
 * What the cache tells the world: the event "ECR Pull Through Cache Action", source {@code weir}.
 *
 * <p>Source: ECR user guide, "Amazon ECR events and EventBridge", pull through cache action.
 *
 * @param digest what the tag points at, here or (when it moved there alone) upstream
 * @param failure why it came to nothing, for the failed types
 */
public record CacheAction(
        Type type,
        UpstreamRepository repository,
        Optional<Tag> tag,
        Optional<Digest> digest,
        Optional<UpstreamException> failure)
        implements CacheEvent {

    /** What happened. */
    public enum Type {
        FIRST_CACHED,
        MOVED,
        REFRESH_FAILED,
        IMMUTABLE_TAG_MOVED_UPSTREAM,
        GONE_UPSTREAM
    }
}
