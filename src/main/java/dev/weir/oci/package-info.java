/**
 * The words of the OCI distribution and image specifications as values. Parsing happens here, once: what holds a {@link
 * dev.weir.oci.RepositoryName} or a {@link dev.weir.oci.Digest} holds a valid one.
 *
 * <p>Source: <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">distribution-spec 1.1</a>.
 */
@NullMarked
package dev.weir.oci;

import org.jspecify.annotations.NullMarked;
