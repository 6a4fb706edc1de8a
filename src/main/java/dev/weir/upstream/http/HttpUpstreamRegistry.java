package dev.weir.upstream.http;

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
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An upstream registry over HTTP.
 *
 * <p>Source: distribution-spec 1.1, "Pull" and "Content Discovery".
 */
public final class HttpUpstreamRegistry implements UpstreamRegistry {
    /** Every manifest type there is a use for; registries convert or refuse when one that they hold is not listed. */
    private static final String ACCEPT = String.join(
            ", ",
            MediaType.OCI_INDEX.value(),
            MediaType.OCI_MANIFEST.value(),
            MediaType.DOCKER_INDEX.value(),
            MediaType.DOCKER_MANIFEST.value(),
            "application/vnd.oci.artifact.manifest.v1+json",
            "*/*;q=0.1");

    private static final Set<Integer> HEAD_UNSUPPORTED = Set.of(405, 501);

    private final UpstreamClient client;
    private final TagList tagList;
    private final ReferrersList referrersList;

    /**
     * Dials upstreams itself.
     *
     * @param insecureUpstreams that may be at private addresses and speak http
     */
    public HttpUpstreamRegistry(
            Credentials credentials,
            InsecureUpstreams insecureUpstreams,
            UpstreamTimeouts timeouts,
            Clock clock,
            Sleeper sleeper) {
        this(credentials, insecureUpstreams, timeouts, Optional.empty(), clock, sleeper);
    }

    /**
     * Reaches upstreams through a proxy, if there is one.
     *
     * @param insecureUpstreams that may speak http and, without a proxy, be at private addresses
     */
    public HttpUpstreamRegistry(
            Credentials credentials,
            InsecureUpstreams insecureUpstreams,
            UpstreamTimeouts timeouts,
            Optional<UpstreamProxy> proxy,
            Clock clock,
            Sleeper sleeper) {
        this.client = new UpstreamClient(credentials, insecureUpstreams, timeouts, proxy, clock, sleeper);
        this.tagList = new TagList(client, clock);
        this.referrersList = new ReferrersList(client);
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        String action = "resolve " + named(repository, reference);
        HttpUrl url = UpstreamClient.url(repository, "manifests/" + reference);
        try (Response response = client.send(repository, url, action, deadline, HttpUpstreamRegistry::head)) {
            Optional<Digest> digest = ManifestAnswer.claimedDigest(response, action);
            if (HEAD_UNSUPPORTED.contains(response.code()) || (response.code() == 200 && digest.isEmpty())) {
                return manifest(repository, reference, deadline).descriptor();
            }
            if (response.code() != 200) {
                throw client.failure(response, action);
            }
            return new Descriptor(
                    ManifestAnswer.mediaType(response, new byte[0]), digest.orElseThrow(), length(response));
        }
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        String action = "fetch " + named(repository, reference);
        HttpUrl url = UpstreamClient.url(repository, "manifests/" + reference);
        return manifest(repository, url, action, reference, deadline)
                .orElseThrow(
                        () -> UpstreamException.answered(Kind.NOT_FOUND, action, "status 404", 404, Optional.empty()));
    }

    private Optional<Manifest> manifest(
            UpstreamRepository repository, HttpUrl url, String action, Reference reference, Deadline deadline) {
        try (Response response = client.send(repository, url, action, deadline, get(ACCEPT))) {
            if (response.code() == 404) {
                return Optional.empty();
            }
            if (response.code() != 200) {
                throw client.failure(response, action);
            }
            return Optional.of(ManifestAnswer.read(response, reference, action));
        }
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        String action = "resolve " + repository + "@" + digest;
        HttpUrl url = UpstreamClient.url(repository, "blobs/" + digest);
        try (Response response = client.send(repository, url, action, deadline, HttpUpstreamRegistry::head)) {
            if (HEAD_UNSUPPORTED.contains(response.code())) {
                try (UpstreamBlob blob = blob(repository, digest, deadline)) {
                    return blob.sizeBytes();
                } catch (IOException e) {
                    throw UpstreamException.of(Kind.UNAVAILABLE, action, Exchange.reason(e));
                }
            }
            if (response.code() != 200) {
                throw client.failure(response, action);
            }
            long length = length(response);
            return length == 0 && response.header("Content-Length") == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(length);
        }
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        String action = "fetch " + repository + "@" + digest;
        HttpUrl url = UpstreamClient.url(repository, "blobs/" + digest);
        ResumingBlobStream stream = new ResumingBlobStream(
                action,
                opened(repository, url, action, deadline, get("*/*")),
                offset -> opened(repository, url, action, deadline, request -> get("*/*")
                        .apply(request)
                        .header("Range", "bytes=" + offset + "-")));
        return new UpstreamBlob(stream.sizeBytes(), stream);
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        String action = "compare " + repository + "@" + digest;
        HttpUrl url = UpstreamClient.url(repository, "blobs/" + digest);
        try (Response response = opened(repository, url, action, deadline, request -> get("*/*")
                .apply(request)
                .header("Range", range.header()))) {
            return BlobRangeResponse.read(response, sizeBytes, range, action);
        }
    }

    private Response opened(
            UpstreamRepository repository,
            HttpUrl url,
            String action,
            Deadline deadline,
            UnaryOperator<Request.Builder> shape) {
        Response response = client.send(repository, url, action, deadline, shape);
        if (response.code() != 200 && response.code() != 206) {
            try (response) {
                throw client.failure(response, action);
            }
        }
        return response;
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        return tagList.tags(repository, range, deadline);
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return referrersList.find(repository, digest, cursor, deadline);
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamUrl upstream) {
        return client.rateLimit(upstream);
    }

    private static Request.Builder head(Request.Builder request) {
        return request.head().header("Accept", ACCEPT);
    }

    private static UnaryOperator<Request.Builder> get(String accept) {
        return request -> request.get().header("Accept", accept);
    }

    private static long length(Response response) {
        String header = response.header("Content-Length");
        return header != null && header.matches("[0-9]{1,18}") ? Long.parseLong(header) : 0;
    }

    private static String named(UpstreamRepository repository, Reference reference) {
        return repository + (reference instanceof Tag ? ":" : "@") + reference;
    }
}
