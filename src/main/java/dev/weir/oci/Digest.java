package dev.weir.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The content address of a manifest or blob, {@code sha256:<64 hex>} or {@code sha512:<128 hex>}, lower case.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedValueException} with {@link ErrorCode#DIGEST_INVALID}.
 *
 * <p>Source: image-spec, "Digests": the two registered algorithms; others are rejected, since they can't be verified.
 */
public record Digest(Algorithm algorithm, String hex) implements Reference {
    private static final int REFERRERS_TAG_HEX = 64;

    /** The registered digest algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String prefix;
        private final String jcaName;
        private final Pattern hex;

        Algorithm(String prefix, String jcaName, int hexLength) {
            this.prefix = prefix;
            this.jcaName = jcaName;
            this.hex = Pattern.compile("[a-f0-9]{" + hexLength + "}");
        }

        /** As it stands before the colon: {@code sha256}. */
        public String prefix() {
            return prefix;
        }

        /** A fresh hash of this algorithm; both are required of every Java platform or its default provider. */
        public MessageDigest newMessageDigest() {
            try {
                return MessageDigest.getInstance(jcaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(jcaName + " is missing from this Java runtime", e);
            }
        }
    }

    public Digest {
        if (!algorithm.hex.matcher(hex).matches()) {
            throw invalid(algorithm.prefix + ":" + hex);
        }
    }

    public static Digest parse(String value) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (value.startsWith(algorithm.prefix + ":")) {
                return new Digest(algorithm, value.substring(algorithm.prefix.length() + 1));
            }
        }
        throw invalid(value);
    }

    /** The digest of these bytes under the given algorithm. */
    public static Digest of(Algorithm algorithm, byte[] bytes) {
        return from(algorithm, algorithm.newMessageDigest().digest(bytes));
    }

    /** The sha256 digest of these bytes. */
    public static Digest of(byte[] bytes) {
        return of(Algorithm.SHA256, bytes);
    }

    /** The digest with this raw hash. */
    public static Digest from(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Whether these bytes are what this digest names. */
    public boolean matches(byte[] bytes) {
        return of(algorithm, bytes).equals(this);
    }

    /**
     * The tag that names this digest's referrers where a registry lacks the referrers API: {@code sha256-<hex>}, of a longer
     * hash the first 64 characters. Source: distribution-spec 1.1, "Referrers Tag Schema".
     */
    public Tag referrersTag() {
        return Tag.parse(algorithm.prefix + "-" + hex.substring(0, REFERRERS_TAG_HEX));
    }

    private static MalformedValueException invalid(String value) {
        return new MalformedValueException(
                ErrorCode.DIGEST_INVALID,
                "digest '" + Printable.of(value) + "' is not sha256:<64 hex> or sha512:<128 hex> in lower case");
    }

    @Override
    public String toString() {
        return algorithm.prefix + ":" + hex;
    }
}
