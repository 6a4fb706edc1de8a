package dev.weir.store;

import dev.weir.oci.Descriptor;
import java.time.Instant;

/**
 * A manifest that a repository holds.
 *
 * @param linkedAt when the repository first held it
 */
public record LinkedManifest(Descriptor descriptor, Instant linkedAt) {}
