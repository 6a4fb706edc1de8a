package dev.weir.cache;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;

/** Asks for a blob to be brought in: the detail of the event "Blob Fill Requested". */
public record BlobFillRequest(RepositoryName repository, Digest digest) {}
