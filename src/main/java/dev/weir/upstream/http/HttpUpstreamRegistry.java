package dev.weir.upstream.http;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamCheck;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An upstream registry over HTTP.
 *
 * <p>Source: distribution-spec 1.1, "Pull" and "Content Discovery".
 */
public final class HttpUpstreamRegistry implements UpstreamRegistry, UpstreamCheck {
    /** Every manifest type there is a use for; registries convert a manifest, or answer 404, when its type is not listed. */
    private static final String ACCEPT = String.join(
            ", ",
            MediaType.OCI_INDEX.value(),
            MediaType.OCI_MANIFEST.value(),
            MediaType.DOCKER_INDEX.value(),
            MediaType.DOCKER_MANIFEST.value(),
            "application/vnd.oci.artifact.manifest.v1+json",
            "*/*;q=0.1");

    private final UpstreamClient client;
    private final BlobRequests blobs;
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
        this.blobs = new BlobRequests(client);
        this.tagList = new TagList(client, clock);
        this.referrersList = new ReferrersList(client);
    }

    /** HEAD's word counts when it is 200 with a digest, or 401; else GET decides, whatever HEAD said. */
    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        String action = "resolve " + named(repository, reference);
        HttpUrl url = UpstreamClient.url(repository, "manifests/" + reference);
        HeadRefusal refusal;
        try (Response response = client.send(repository, url, action, deadline, HttpUpstreamRegistry::head)) {
            Optional<Digest> digest = ManifestAnswer.hintedDigest(response);
            if (response.code() == 200 && digest.isPresent()) {
                MediaType type = ManifestAnswer.sentType(response).orElse(MediaType.OCTET_STREAM);
                return new Descriptor(
                        type, digest.get(), Math.max(0, response.body().contentLength()));
            }
            refusal = HeadRefusal.of(response, client.failure(response, action));
        }
        return refusal.decidedBy(more ->
                manifest(repository, url, action, reference, deadline, more).descriptor());
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        String action = "fetch " + named(repository, reference);
        HttpUrl url = UpstreamClient.url(repository, "manifests/" + reference);
        return manifest(repository, url, action, reference, deadline, UnaryOperator.identity());
    }

    private Manifest manifest(
            UpstreamRepository repository,
            HttpUrl url,
            String action,
            Reference reference,
            Deadline deadline,
            UnaryOperator<Request.Builder> more) {
        try (Response response = client.send(
                repository,
                url,
                action,
                deadline,
                request -> more.apply(request.get().header("Accept", ACCEPT)))) {
            if (response.code() == 404) {
                throw UpstreamException.answered(Kind.NOT_FOUND, action, "status 404", 404, Optional.empty());
            }
            if (response.code() != 200) {
                throw client.failure(response, action);
            }
            return ManifestAnswer.read(response, reference, action);
        }
    }

    /** {@code GET /v2/}, which tells whether there is a registry and whether it takes the credential. */
    @Override
    public void verify(PullThroughCacheRule rule, Deadline deadline) {
        String action = "log in to " + rule.upstreamUrl();
        UpstreamRepository probe = rule.map(
                        RepositoryName.parse(rule.repositoryPrefix().prepend("weir/probe")))
                .orElseThrow(() -> UpstreamException.of(Kind.INVALID, action, "the rule's prefixes are too long"));
        HttpUrl url = HttpUrl.get(rule.upstreamUrl().uri()).resolve("/v2/");
        try (Response response = client.send(probe, url, action, deadline, UnaryOperator.identity())) {
            if (response.code() != 200) {
                throw client.failure(response, action);
            }
        }
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return blobs.size(repository, digest, deadline);
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return blobs.blob(repository, digest, deadline);
    }

    @Override
    public Optional<UpstreamBlob> blobFrom(
            UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        return blobs.blobFrom(repository, digest, offset, deadline);
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        return blobs.range(repository, digest, sizeBytes, range, deadline);
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
    public Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return client.rateLimit(account);
    }

    private static Request.Builder head(Request.Builder request) {
        return request.head().header("Accept", ACCEPT);
    }

    private static String named(UpstreamRepository repository, Reference reference) {
        return repository + (reference instanceof Tag ? ":" : "@") + reference;
    }
}
