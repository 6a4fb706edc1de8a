package dev.weir.upstream;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Port: the reading half of the distribution API, of any upstream.
 *
 * <p>Errors: every method throws {@link UpstreamException}, whose kind says what the caller may do about it.
 */
public interface UpstreamRegistry {

    /** The same registry for a caller who has so long: whatever is not there by then is a TIMEOUT, and nothing is tried again. */
    UpstreamRegistry within(Instant deadline);

    /** What a reference points at now: HEAD, or GET where HEAD is not supported. Costs no Docker Hub pull. */
    Descriptor resolve(UpstreamRepository repository, Reference reference);

    /**
     * The manifest, checked against the digest asked for or the digest that upstream's header claims (sha256 of the bytes
     * where it claims none).
     */
    Manifest manifest(UpstreamRepository repository, Reference reference);

    /** The size of a blob by HEAD; empty where upstream has the blob but doesn't tell its size. */
    OptionalLong blobSize(UpstreamRepository repository, Digest digest);

    /** A blob's bytes from the first on; the stream goes on by Range after a cut. The caller closes it. */
    UpstreamBlob blob(UpstreamRepository repository, Digest digest);

    /** All tags of the repository, in lexical order; pages are followed. */
    List<Tag> tags(UpstreamRepository repository);

    /** The index of manifests that refer to the digest: by the referrers API, else by the fallback tag; empty when none. */
    Optional<Manifest> referrers(UpstreamRepository repository, Digest digest);

    /** What upstream last said in this process about the pulls it still grants. No call. */
    Optional<RateLimit> rateLimit(UpstreamUrl upstream);
}
