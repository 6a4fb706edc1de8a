package dev.weir.fake;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** Upstreams of any host, where each tag of each repository is an image without layers that says where it is from. */
public final class NamedUpstreams implements UpstreamRegistry {

    /** The manifest of every tag of the repository. */
    public static Manifest of(UpstreamRepository repository) {
        byte[] json = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,\"digest\":\""
                        + Digest.of("{}".getBytes(StandardCharsets.UTF_8))
                        + "\"},\"layers\":[],\"annotations\":{\"from\":\"" + repository.origin() + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        return new Manifest(MediaType.OCI_MANIFEST, Digest.of(json), json);
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return manifest(repository, reference, deadline).descriptor();
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        Manifest manifest = of(repository);
        if (reference instanceof Tag || reference.equals(manifest.digest())) {
            return manifest;
        }
        throw notFound(repository);
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        throw notFound(repository);
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        throw notFound(repository);
    }

    @Override
    public Optional<UpstreamBlob> blobFrom(
            UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        throw notFound(repository);
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        throw notFound(repository);
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        throw notFound(repository);
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return Optional.empty();
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return Optional.empty();
    }

    private static UpstreamException notFound(UpstreamRepository repository) {
        return UpstreamException.answered(Kind.NOT_FOUND, "fetch " + repository, "status 404", 404, Optional.empty());
    }
}
