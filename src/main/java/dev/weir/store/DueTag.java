package dev.weir.store;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.time.Instant;

/** A tag whose check is due, as the index saw it a moment ago. */
public record DueTag(RepositoryName repository, Tag tag, Instant dueAt) {}
