package dev.weir.upstream.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.util.Optional;
import okhttp3.Response;

/** Reads a manifest out of an upstream's answer, and believes nothing that it can check. */
final class ManifestAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();

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
        return new Manifest(mediaType(response, bytes), digest, bytes);
    }

    /** An index that has no name of its own, such as a list of referrers. */
    static Manifest readUnnamed(Response response, String action) {
        byte[] bytes = body(response, action);
        return new Manifest(MediaType.OCI_INDEX, Digest.of(bytes), bytes);
    }

    static boolean isIndex(Response response) {
        return mediaType(response, new byte[0]).isIndex();
    }

    static Optional<Digest> claimedDigest(Response response, String action) {
        String header = response.header("Docker-Content-Digest");
        try {
            return Optional.ofNullable(header).map(Digest::parse);
        } catch (MalformedValueException e) {
            throw invalid(response, action, "the Docker-Content-Digest header is malformed");
        }
    }

    /** As the header says; a registry that sends a generic type leaves it to the manifest's own field. */
    static MediaType mediaType(Response response, byte[] bytes) {
        MediaType sent = parsed(response.header("Content-Type", "")).orElse(MediaType.OCTET_STREAM);
        boolean generic = sent.equals(MediaType.OCTET_STREAM)
                || sent.value().equals("application/json")
                || sent.value().startsWith("text/");
        return generic ? ownMediaType(bytes).orElse(sent) : sent;
    }

    private static Optional<MediaType> ownMediaType(byte[] bytes) {
        try {
            return parsed(JSON.readTree(bytes).path("mediaType").asText(""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<MediaType> parsed(String value) {
        try {
            return Optional.of(MediaType.parse(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] body(Response response, String action) {
        byte[] bytes;
        try {
            bytes = response.body().byteStream().readNBytes(Manifest.MAX_SIZE_BYTES + 1);
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
