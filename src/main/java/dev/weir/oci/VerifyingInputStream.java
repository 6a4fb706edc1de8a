package dev.weir.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Passes bytes through and, at their end, throws unless they were exactly what the digest names. A reader that commits
 * only after it has seen the end (-1) can't commit wrong bytes.
 *
 * <p>Errors: {@link ContentMismatchException} at the end, or as soon as one byte more than {@code sizeBytes} comes.
 */
public final class VerifyingInputStream extends FilterInputStream {
    private final Digest expected;
    private final OptionalLong sizeBytes;
    private final RunningHash hash;
    private boolean verified;

    /** @param sizeBytes the length that was promised, if any */
    public VerifyingInputStream(InputStream in, Digest expected, OptionalLong sizeBytes) {
        this(in, expected, sizeBytes, RunningHash.begin(expected.algorithm()));
    }

    /**
     * The rest of content whose first bytes were hashed before.
     *
     * @param sizeBytes the length of all of it that was promised, if any
     * @param hash of the bytes before these
     */
    public VerifyingInputStream(InputStream in, Digest expected, OptionalLong sizeBytes, RunningHash hash) {
        super(in);
        this.expected = expected;
        this.sizeBytes = sizeBytes;
        this.hash = hash;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n < 0) {
            verify();
            return n;
        }
        hash.update(buffer, offset, n);
        if (sizeBytes.isPresent() && hash.count() > sizeBytes.getAsLong()) {
            throw new ContentMismatchException(
                    expected + " is longer than the " + sizeBytes.getAsLong() + " bytes promised");
        }
        return n;
    }

    private void verify() throws ContentMismatchException {
        if (verified) {
            return;
        }
        if (sizeBytes.isPresent() && hash.count() != sizeBytes.getAsLong()) {
            throw new ContentMismatchException(
                    expected + " ended after " + hash.count() + " of " + sizeBytes.getAsLong() + " bytes promised");
        }
        Digest actual = Digest.from(expected.algorithm(), hash.digest());
        if (!actual.equals(expected)) {
            throw new ContentMismatchException("content of " + expected + " hashes to " + actual);
        }
        verified = true;
    }

    /** Skipped bytes are read, since they count. */
    @Override
    public long skip(long n) throws IOException {
        byte[] sink = new byte[(int) Math.min(8192, Math.max(0, n))];
        long skipped = 0;
        while (skipped < n) {
            int read = read(sink, 0, (int) Math.min(sink.length, n - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The bytes are not what their digest or promised length says. */
    public static final class ContentMismatchException extends IOException {
        private static final long serialVersionUID = 1L;

        ContentMismatchException(String message) {
            super(message);
        }
    }
}
