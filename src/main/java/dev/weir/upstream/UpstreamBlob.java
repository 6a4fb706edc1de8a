package dev.weir.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A blob on its way from upstream. Its bytes are not verified yet.
 *
 * @param sizeBytes of the whole blob, as upstream promised, if it did
 */
public record UpstreamBlob(OptionalLong sizeBytes, InputStream bytes) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
