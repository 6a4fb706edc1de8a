package dev.weir.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Content on its way into the store, part after part. It becomes visible when it is completed and not before; closed without
 * that, nothing of it is left, unless it was kept.
 *
 * <p>Not for several threads.
 */
public interface Upload extends AutoCloseable {

    /**
     * Reads the next part, which is on its way to the store while the one after it is read. Errors: those of the stream, which
     * throws at its end when its bytes are not the digest's; {@link StoreException}.
     *
     * @return false when the stream has ended
     */
    boolean readPart(InputStream verified) throws IOException;

    /** Makes visible what was read. The bytes stored. */
    long complete() throws IOException;

    /** Leaves what was read in whole parts for another upload to go on from; empty where that can't be, or is nothing. */
    Optional<KeptUpload> keep();

    @Override
    void close();
}
