package dev.weir.upstream;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Port: the reading half of the distribution API, of any upstream.
 *
 * <p>Errors: every method throws {@link UpstreamException}, whose kind says what the caller may do about it, out of time when
 * the deadline is over; and {@link CredentialException}.
 */
public interface UpstreamRegistry {

    /** A manifest of this repository will be asked for soon: what has to be known for it is looked up beside the caller's thread. */
    default void expect(UpstreamRepository repository) {}

    /** What a reference points at now: HEAD, or GET where HEAD is not supported. Costs no Docker Hub pull. */
    Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline);

    /**
     * The manifest, checked against the digest asked for or the digest that upstream's header claims (sha256 of the bytes
     * where it claims none).
     */
    Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline);

    /** The size of a blob by HEAD; empty where upstream has the blob but doesn't tell its size. */
    OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline);

    /** A blob's bytes from the first on; the stream goes on by Range after a cut. The caller closes it. */
    UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline);

    /**
     * A blob's bytes from an offset on, with the size of the whole; empty where upstream doesn't send parts, or doesn't say
     * which. The caller closes it.
     */
    Optional<UpstreamBlob> blobFrom(UpstreamRepository repository, Digest digest, long offset, Deadline deadline);

    /**
     * Some bytes of a blob, to compare with bytes that are held.
     *
     * <p>Errors: INVALID when the blob has not that size, or the answer not those bytes.
     *
     * @param sizeBytes the size that the whole blob must have
     */
    byte[] blobRange(UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline);

    /**
     * The tags of the range, by as few requests as give them. A part ends early where upstream's pages are many or one of them
     * fails after the first; it says so and where to go on.
     */
    TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline);

    /**
     * The index of manifests that refer to the digest: by the referrers API, else by the fallback tag; empty when none. A part
     * ends early as a part of the tags does.
     *
     * @param cursor {@link Referrers#next} of the part before
     */
    Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline);

    /** What upstream last said in this process about the pulls that it still grants this account. No call. */
    Optional<RateLimit> rateLimit(UpstreamAccount account);
}
