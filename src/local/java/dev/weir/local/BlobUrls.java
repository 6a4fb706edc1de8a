package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.store.BlobAccess;
import dev.weir.store.UrlLife;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies the URLs that read blobs from a local registry. The method and the time are signed, so a URL is good
 * for one blob, one method and the life of a URL. URLs are relative: a client resolves them against the address it called, whatever
 * name it has for this machine.
 *
 * <p>Shape: {@code /blobs/sha256/<first two hex>/<hex>?expires=<epoch seconds>&method=GET&signature=<HMAC-SHA256 in hex>};
 * the signed text is method, path and expiry, each on a line.
 *
 * <p>Errors: {@link #verify} throws {@link DeniedException}.
 */
final class BlobUrls {
    /** Every path that this class signs begins so. */
    static final String PATH_PREFIX = "/blobs/";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern PATH = Pattern.compile("/blobs/([a-z0-9]+)/([0-9a-f]{2})/([0-9a-f]+)");
    private static final Pattern QUERY =
            Pattern.compile("expires=([0-9]{1,12})&method=(GET|HEAD)&signature=([0-9a-f]{64})");

    private final SecretKeySpec key;
    private final Duration life;
    private final Clock clock;

    /** @param key random bytes, as many as SHA-256 has */
    BlobUrls(byte[] key, UrlLife life, Clock clock) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.life = life.duration();
        this.clock = clock;
    }

    URI presign(Digest digest, BlobAccess access) {
        String path = PATH_PREFIX + path(digest);
        long expires = clock.instant().plus(life).getEpochSecond();
        String signature = HexFormat.of().formatHex(sign(access.name(), path, expires));
        return URI.create(path + "?expires=" + expires + "&method=" + access + "&signature=" + signature);
    }

    /** Where a blob is, below the folder or URL of all blobs: {@code sha256/ab/abcd…}. */
    static String path(Digest digest) {
        return digest.algorithm().prefix() + "/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }

    /**
     * The blob that this URL reads.
     *
     * @param path as it stands in the request, still encoded
     */
    Digest verify(String method, String path, @Nullable String query) {
        Matcher parts = QUERY.matcher(query == null ? "" : query);
        Optional<Digest> digest = digest(path);
        if (digest.isEmpty() || !parts.matches()) {
            throw new DeniedException("this is not a signed blob URL; pull again to get one");
        }
        long expires = Long.parseLong(parts.group(1));
        byte[] given = HexFormat.of().parseHex(parts.group(3));
        if (!MessageDigest.isEqual(sign(parts.group(2), path, expires), given)) {
            throw new DeniedException("the signature of this blob URL does not match; pull again to get a valid one");
        }
        if (!parts.group(2).equals(method)) {
            throw new DeniedException("this blob URL is signed for " + parts.group(2) + ", not for " + method);
        }
        if (clock.instant().getEpochSecond() >= expires) {
            throw new DeniedException(
                    "this blob URL expired at " + Instant.ofEpochSecond(expires) + "; pull again to get a new one");
        }
        return digest.get();
    }

    private static Optional<Digest> digest(String path) {
        Matcher parts = PATH.matcher(path);
        try {
            return parts.matches()
                    ? Optional.of(Digest.parse(parts.group(1) + ":" + parts.group(3)))
                    : Optional.empty();
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    private byte[] sign(String method, String path, long expires) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal((method + "\n" + path + "\n" + expires).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is missing from this Java runtime", e);
        }
    }

    /** A URL that opens nothing; the message is for the client. */
    static final class DeniedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeniedException(String message) {
            super(message);
        }
    }
}
