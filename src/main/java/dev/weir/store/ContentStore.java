package dev.weir.store;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Port: verified bytes by digest. What is here is complete and right; there is nothing half-written to see.
 *
 * <p>Shape: one object per digest, {@code blobs/sha256/<first two hex>/<hex>}.
 *
 * <p>Errors: {@link StoreException} where the store is a service that throttles or fails.
 */
public interface ContentStore {

    /** The stored size in bytes, or empty when the content is not here. */
    OptionalLong findSize(Digest digest);

    /** Small content whole; only for manifests. */
    Optional<byte[]> find(Digest digest);

    /** Some of the content's bytes; empty when the content is not here, or shorter. */
    Optional<byte[]> read(Digest digest, ByteRange range);

    /**
     * Reads the stream to its end and makes the content visible then. The caller passes a stream that throws at its end
     * when its bytes are not the digest's ({@link dev.weir.oci.VerifyingInputStream}); whatever the stream throws, nothing
     * becomes visible and nothing is left behind.
     *
     * @return the bytes stored
     */
    default long put(Digest digest, OptionalLong sizeBytes, InputStream verified) throws IOException {
        try (Upload upload = begin(digest, sizeBytes)) {
            boolean more = true;
            while (more) {
                more = upload.readPart(verified);
            }
            return upload.complete();
        }
    }

    /**
     * Begins to store content.
     *
     * <p>Units: memory is bounded by three parts of 8 to 64 MiB by size; an unknown size is taken as large.
     */
    Upload begin(Digest digest, OptionalLong sizeBytes);

    /** Goes on with an upload of this content that was kept; empty when the store has it no longer, or keeps none. */
    Optional<Upload> goOn(Digest digest, KeptUpload kept);

    /** Removes an upload that was kept. */
    void discard(Digest digest, KeptUpload kept);

    /** A URL that reads the content (GET, Range included) or its size (HEAD) for 15 minutes. It is a secret: never logged. */
    URI presign(Digest digest, BlobAccess access);
}
