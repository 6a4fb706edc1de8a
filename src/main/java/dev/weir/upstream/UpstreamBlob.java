package dev.weir.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A blob on its way from upstream. Its bytes are not verified yet.
 *
 * @param sizeBytes as upstream's Content-Length promised, if it did
 */
public record UpstreamBlob(OptionalLong sizeBytes, InputStream bytes) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
