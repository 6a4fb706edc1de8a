package dev.weir.store;

import dev.weir.oci.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * What a check that did not move a tag leaves in its entry.
 *
 * @param dueAt when to check next
 * @param goneSince when upstream first answered 404; empty when upstream has the tag
 * @param upstreamDigest what upstream's tag points at, when it is not what ours does
 */
public record TagStanding(
        Instant checkedAt, Instant dueAt, Optional<Instant> goneSince, Optional<Digest> upstreamDigest) {}
