package dev.weir.store;

import dev.weir.oci.Digest;
import java.time.Instant;

/**
 * A tag's pointer that is to move.
 *
 * @param to what it will be
 * @param dueAt when to check it next
 * @param from what the tag points at until now
 * @param resolvedAt when upstream was asked; a check that ended later knows better, and the move is not done
 * @param by who asked
 */
public record PointerMove(CachedTag to, Instant dueAt, Digest from, Instant resolvedAt, TagMove.By by) {}
