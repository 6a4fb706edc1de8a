package dev.weir.upstream.http;

import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestContent;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.ZipException;
import okhttp3.Response;

/**
 * Reads a manifest out of an upstream's answer, and believes nothing that it can check: the bytes are those of the digest,
 * and a manifest.
 *
 * <p>Errors: {@link UpstreamException}: INVALID for an answer that is not a manifest, UNAVAILABLE for a body that stopped.
 */
final class ManifestAnswer {
    private ManifestAnswer() {}

    /** The manifest, its bytes checked against the digest asked for and the one the header claims. */
    static Manifest read(Response response, Reference reference, String action) {
        byte[] bytes = body(response, action);
        Optional<Digest> claimed = claimedDigest(response, action);
        Digest digest = reference instanceof Digest asked ? asked : claimed.orElseGet(() -> Digest.of(bytes));
        if (!digest.matches(bytes)) {
            throw invalid(response, action, "the bytes are not those of " + digest);
        }
        if (claimed.isPresent() && !claimed.get().matches(bytes)) {
            throw invalid(response, action, "the Docker-Content-Digest header lies");
        }
        return new Manifest(judged(response, bytes, action), digest, bytes);
    }

    /** An index that has no name of its own, such as a list of referrers. */
    static Manifest readUnnamed(Response response, String action) {
        byte[] bytes = body(response, action);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
    }

    static boolean isIndex(Response response) {
        return sentType(response).filter(MediaType::isIndex).isPresent();
    }

    private static Optional<Digest> claimedDigest(Response response, String action) {
        Optional<Digest> hinted = hintedDigest(response);
        if (hinted.isEmpty() && response.header("Docker-Content-Digest") != null) {
            throw invalid(response, action, "the Docker-Content-Digest header is malformed");
        }
        return hinted;
    }

    /** What a HEAD's answer says of the digest, for what that is worth: empty when it is missing or malformed. */
    static Optional<Digest> hintedDigest(Response response) {
        try {
            return Optional.ofNullable(response.header("Docker-Content-Digest")).map(Digest::parse);
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    /** The Content-Type; empty when it is missing or malformed. */
    static Optional<MediaType> sentType(Response response) {
        return MediaType.find(response.header("Content-Type", ""));
    }

    private static MediaType judged(Response response, byte[] bytes, String action) {
        try {
            return ManifestContent.parse(bytes).typeSentAs(sentType(response));
        } catch (MalformedValueException e) {
            throw invalid(response, action, "the answer " + e.getMessage());
        }
    }

    private static byte[] body(Response response, String action) {
        byte[] bytes;
        try {
            bytes = DecodedBody.read(response, Manifest.MAX_SIZE_BYTES + 1);
        } catch (ZipException | EOFException e) {
            throw invalid(response, action, "the answer can't be decoded: " + Exchange.reason(e));
        } catch (IOException e) {
            throw UpstreamException.of(Kind.UNAVAILABLE, action, Exchange.reason(e));
        }
        if (bytes.length > Manifest.MAX_SIZE_BYTES) {
            throw invalid(response, action, "the manifest is over the 4 MiB that Weir takes");
        }
        return bytes;
    }

    private static UpstreamException invalid(Response response, String action, String detail) {
        return UpstreamException.answered(Kind.INVALID, action, detail, response.code(), Optional.empty());
    }
}
