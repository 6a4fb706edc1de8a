package dev.weir.oci;

import java.security.MessageDigest;

/** A hash that is fed the bytes of some content in their order. */
public interface RunningHash {

    void update(byte[] bytes, int offset, int length);

    /** How many bytes it was fed, those before it was handed on included. */
    long count();

    /** The hash of all of them; not to be asked for twice. */
    byte[] digest();

    /** A hash that was fed nothing yet. */
    static RunningHash begin(Digest.Algorithm algorithm) {
        MessageDigest hash = algorithm.newMessageDigest();
        return new RunningHash() {
            private long count;

            @Override
            public void update(byte[] bytes, int offset, int length) {
                hash.update(bytes, offset, length);
                count += length;
            }

            @Override
            public long count() {
                return count;
            }

            @Override
            public byte[] digest() {
                return hash.digest();
            }
        };
    }
}
