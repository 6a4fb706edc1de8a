package dev.weir.fill;

import dev.weir.oci.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where in a blob upstream is asked for bytes that prove that it has the blob. The place is derived from the digest by a key
 * that only this process has: whoever knows part of a blob can't try again until the place falls there.
 */
final class SecretPlace {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;

    SecretPlace() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    /** A number from 0 to under {@code bound}, the same each time for one digest and bound. */
    long in(Digest digest, long bound) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal(digest.toString().getBytes(StandardCharsets.US_ASCII));
            return new BigInteger(1, hash).mod(BigInteger.valueOf(bound)).longValueExact();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is missing from this Java runtime", e);
        }
    }
}
