package dev.weir.registry;

import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.pull.Answer;
import dev.weir.pull.BlobAnswer;
import dev.weir.pull.CacheStatus;
import dev.weir.pull.PullThroughCache;
import dev.weir.registry.Route.Base;
import dev.weir.registry.Route.BlobRoute;
import dev.weir.registry.Route.CatalogRoute;
import dev.weir.registry.Route.ManifestRoute;
import dev.weir.registry.Route.ReferrersRoute;
import dev.weir.registry.Route.TagsRoute;
import dev.weir.rules.Rules;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.BlobAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers requests of the distribution API.
 *
 * <p>Errors: none leave; every exception becomes the spec's error JSON here.
 */
public final class RegistryHandler {
    /** Go's HTTP client follows at most ten redirects; the last goes to S3. */
    private static final int MAX_WAITS = 8;

    private final Rules rules;
    private final PullThroughCache cache;
    private final Duration patience;
    private final boolean lengthIsOfBody;

    /**
     * @param patience how long a blob request waits for a fill before it sends the client round again
     * @param lengthIsOfBody whether the front makes Content-Length of the answer's body, as API Gateway does: no HEAD can be
     *     answered with a blob's size then, so it is sent on to where the blob is, by a URL signed for HEAD
     */
    public RegistryHandler(Rules rules, PullThroughCache cache, Duration patience, boolean lengthIsOfBody) {
        this.lengthIsOfBody = lengthIsOfBody;
        this.rules = rules;
        this.cache = cache;
        this.patience = patience;
    }

    public RegistryResponse handle(RegistryRequest request) {
        RequestLog log = RequestLog.of(request);
        Reply reply;
        try {
            reply = reply(request, log);
        } catch (RegistryException e) {
            reply = Reply.error(e);
            log.failed(e);
        } catch (RuntimeException e) {
            log.bug(e);
            reply = Reply.error(
                    new RegistryException(ErrorCode.UNKNOWN, "internal error, request id " + request.requestId()));
        }
        log.write(reply.status(), reply.cacheStatus());
        return reply.response();
    }

    /** The answer to a request whose own did not come in time. */
    public RegistryResponse tooLate(RegistryRequest request) {
        RequestLog log = RequestLog.of(request);
        RegistryException late = new RegistryException(
                ErrorCode.UPSTREAM_TIMEOUT, "not answered in time, pull again; request id " + request.requestId());
        log.failed(late);
        Reply reply = Reply.error(late);
        log.write(reply.status(), reply.cacheStatus());
        return reply.response();
    }

    private Reply reply(RegistryRequest request, RequestLog log) {
        if (!request.method().equals("GET") && !request.isHead()) {
            throw new RegistryException(
                    ErrorCode.UNSUPPORTED, request.method() + " is not supported: a pull-through cache is read-only");
        }
        Route route = Route.parse(request.path());
        log.route(route);
        if (route instanceof ManifestRoute manifest) {
            return manifest(request, repository(request, manifest.repository(), log), manifest.reference());
        }
        if (route instanceof BlobRoute blob) {
            UpstreamRepository repository = repository(request, blob.repository(), log);
            return request.isHead() && !lengthIsOfBody
                    ? blobSize(repository, blob.digest())
                    : blob(request, repository, blob.digest());
        }
        if (route instanceof TagsRoute tags) {
            return tags(request, tags.repository(), repository(request, tags.repository(), log));
        }
        if (route instanceof ReferrersRoute referrers) {
            return referrers(request, repository(request, referrers.repository(), log), referrers.digest());
        }
        return route instanceof CatalogRoute
                ? catalog(request)
                : Reply.json(200, "weir; detail=" + Base.class.getSimpleName(), Map.of());
    }

    /** {@code ns} is what a containerd mirror is asked on behalf of; it picks a rule and is never dialled. */
    private UpstreamRepository repository(RegistryRequest request, RepositoryName name, RequestLog log) {
        UpstreamRepository found = rules.match(name)
                .or(() -> request.queryValue("ns").flatMap(ns -> rules.matchMirrored(ns, name)))
                .orElseThrow(() -> new RegistryException(
                        ErrorCode.NAME_UNKNOWN,
                        "no pull through cache rule covers repository '" + name + "': add one for its prefix"));
        log.rule(found);
        return found;
    }

    private Reply manifest(RegistryRequest request, UpstreamRepository repository, Reference reference) {
        Answer<Manifest> answer = cache.manifest(repository, reference);
        Manifest manifest = answer.value();
        String etag = "\"" + manifest.digest() + "\"";
        boolean unchanged = request.header("if-none-match").filter(etag::equals).isPresent();
        return new Reply(unchanged ? 304 : 200, answer.status(), unchanged ? new byte[0] : manifest.bytes())
                .header("Content-Type", manifest.mediaType().value())
                .header("Docker-Content-Digest", manifest.digest().toString())
                .header("ETag", etag);
    }

    private Reply blob(RegistryRequest request, UpstreamRepository repository, Digest digest) {
        BlobAccess access = request.isHead() ? BlobAccess.HEAD : BlobAccess.GET;
        Answer<BlobAnswer> answer = cache.blob(repository, digest, access, patience);
        String location = answer.value().location().map(Object::toString).orElseGet(() -> waitingRoom(request));
        return new Reply(307, answer.status(), new byte[0])
                .header("Location", location)
                .header("Cache-Control", "no-store")
                .header("Docker-Content-Digest", digest.toString());
    }

    private static String waitingRoom(RegistryRequest request) {
        int waits = request.queryValue("wait")
                .filter(value -> value.matches("[0-9]{1,3}"))
                .map(Integer::parseInt)
                .orElse(0);
        if (waits >= MAX_WAITS) {
            throw new RegistryException(
                    ErrorCode.TOOMANYREQUESTS,
                    "the blob is still on its way from upstream, pull again in a while",
                    Optional.of(Duration.ofSeconds(30)),
                    null);
        }
        String ns = request.queryValue("ns")
                .filter(value -> value.matches("[a-zA-Z0-9.:-]+"))
                .map(value -> "&ns=" + value)
                .orElse("");
        return request.path() + "?wait=" + (waits + 1) + ns;
    }

    private Reply blobSize(UpstreamRepository repository, Digest digest) {
        Answer<Long> answer = cache.blobSize(repository, digest);
        return new Reply(200, answer.status(), new byte[0])
                .header("Content-Length", Long.toString(answer.value()))
                .header("Content-Type", MediaType.OCTET_STREAM.value())
                .header("Accept-Ranges", "bytes")
                .header("Docker-Content-Digest", digest.toString());
    }

    private Reply tags(RegistryRequest request, RepositoryName asked, UpstreamRepository repository) {
        Page page = Page.of(request);
        Answer<List<Tag>> answer = cache.tags(repository);
        List<String> sorted = answer.value().stream().map(Tag::value).toList();
        List<String> shown = page.of(sorted);
        Reply reply = Reply.json(200, answer.status(), Map.of("name", asked.value(), "tags", shown));
        page.next("/v2/" + asked + "/tags/list", shown, sorted).ifPresent(link -> reply.header("Link", link));
        return reply;
    }

    private Reply referrers(RegistryRequest request, UpstreamRepository repository, Digest digest) {
        Answer<Manifest> answer = cache.referrers(repository, digest);
        Optional<String> artifactType = request.queryValue("artifactType");
        byte[] index = answer.value().bytes();
        byte[] shown =
                artifactType.map(type -> ReferrersFilter.only(type, index)).orElse(index);
        Reply reply = new Reply(200, answer.status(), shown).header("Content-Type", MediaType.OCI_INDEX.value());
        return artifactType.isPresent() ? reply.header("OCI-Filters-Applied", "artifactType") : reply;
    }

    private Reply catalog(RegistryRequest request) {
        Page page = Page.of(request);
        Optional<RepositoryName> last = page.last().map(RepositoryName::parse);
        List<String> sorted = cache.repositories(last, page.n() + 1).stream()
                .map(RepositoryName::value)
                .toList();
        List<String> shown = page.of(sorted);
        Reply reply = Reply.json(200, CacheStatus.HIT, Map.of("repositories", shown));
        page.next("/v2/_catalog", shown, sorted).ifPresent(link -> reply.header("Link", link));
        return reply;
    }
}
