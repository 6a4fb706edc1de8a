package dev.weir.registry;

import static dev.weir.time.Durations.shorter;

import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.oci.TagPage;
import dev.weir.pull.Answer;
import dev.weir.pull.BlobLocation;
import dev.weir.pull.CacheStatus;
import dev.weir.pull.Pulls;
import dev.weir.pull.RepositoryPage;
import dev.weir.rules.Repository;
import dev.weir.store.BlobAccess;
import dev.weir.time.Deadline;
import dev.weir.time.Waiting;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer to one request, for each route. */
final class Replies implements Route.Visitor<Reply> {
    /** Go's HTTP client follows at most ten redirects; the last goes to S3. */
    private static final int MAX_WAITS = 8;
    /** How long a small blob is filled in the request that wants it, before the client is sent to the path for waiting. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(1);
    /** Weir's own parameter: how often the client was sent to the path for waiting. */
    private static final String WAIT = "wait";
    /** Weir's own parameter: upstream's cursor to the referrers that follow. */
    private static final String NEXT = "next";

    private final RegistryRequest request;
    private final RequestedRepositories repositories;
    private final Pulls pulls;
    private final Front front;
    private final Duration patience;
    private final Clock clock;

    Replies(
            RegistryRequest request,
            RequestedRepositories repositories,
            Pulls pulls,
            Duration patience,
            Front front,
            Clock clock) {
        this.request = request;
        this.repositories = repositories;
        this.pulls = pulls;
        this.front = front;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public Reply base() {
        return Reply.json(200, CacheStatus.notConsulted("base"), Map.of());
    }

    @Override
    public Reply manifest(RepositoryName name, Reference reference) {
        Answer<Manifest> answer = pulls.manifest(repositories.get(name), reference, repositories.asOf(name));
        Manifest manifest = answer.value();
        boolean unchanged = EntityTags.match(
                request.headerValues("if-none-match"), manifest.digest().toString());
        return new Reply(unchanged ? 304 : 200, answer.status(), unchanged ? new byte[0] : manifest.bytes())
                .header("Content-Type", manifest.mediaType().value())
                .header("Docker-Content-Digest", manifest.digest().toString())
                .header("ETag", "\"" + manifest.digest() + "\"");
    }

    @Override
    public Reply blob(RepositoryName name, Digest digest) {
        Deadline deadline = Deadline.in(clock, shorter(patience, FIRST_ANSWER));
        return blob(name, digest, (repository, access) -> pulls.blob(repository, digest, access, deadline));
    }

    @Override
    public Reply awaitedBlob(RepositoryName name, Digest digest) {
        Duration before = patience.multipliedBy(Math.max(0, waits() - 1));
        Waiting waiting = new Waiting(Deadline.in(clock, patience), before);
        return blob(name, digest, (repository, access) -> pulls.awaitBlob(repository, digest, access, waiting));
    }

    /** Where a blob is, or that it is still being filled. */
    @FunctionalInterface
    private interface Search {
        Answer<BlobLocation> in(Repository repository, BlobAccess access);
    }

    private Reply blob(RepositoryName name, Digest digest, Search search) {
        Repository repository = repositories.get(name);
        if (request.isHead() && front == Front.SENDS_CONTENT_LENGTH) {
            return blobSize(repository, digest);
        }
        Answer<BlobLocation> answer = search.in(repository, request.isHead() ? BlobAccess.HEAD : BlobAccess.GET);
        String location = answer.value().url().map(URI::toString).orElseGet(() -> waitingPath(name, digest));
        return new Reply(307, answer.status(), new byte[0])
                .header("Location", location)
                .header("Cache-Control", "no-store")
                .header("Docker-Content-Digest", digest.toString());
    }

    /** How often the client was sent to the path for waiting, as far as a client can be trusted. */
    private int waits() {
        return request.queryValue(WAIT)
                .filter(value -> value.matches("[0-9]{1,3}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    private String waitingPath(RepositoryName name, Digest digest) {
        if (waits() >= MAX_WAITS) {
            throw new RegistryException(
                    ErrorCode.TOOMANYREQUESTS,
                    "the blob is still being filled from upstream, pull again in a while",
                    Optional.of(Duration.ofSeconds(30)),
                    null);
        }
        return Route.OfAwaitedBlob.path(name, digest) + "?" + WAIT + "=" + (waits() + 1)
                + request.parametersWithout(WAIT);
    }

    private Reply blobSize(Repository repository, Digest digest) {
        Answer<Long> answer = pulls.blobSize(repository, digest, Deadline.in(clock, patience));
        return new Reply(200, answer.status(), new byte[0])
                .header("Content-Length", Long.toString(answer.value()))
                .header("Content-Type", MediaType.OCTET_STREAM.value())
                .header("Accept-Ranges", "bytes")
                .header("Docker-Content-Digest", digest.toString());
    }

    @Override
    public Reply tags(RepositoryName name) {
        Page page = Page.of(request);
        Answer<TagPage> answer = pulls.tags(repositories.get(name), page.range());
        TagPage found = answer.value();
        List<String> shown =
                found.tags().stream().limit(page.n()).map(Tag::value).toList();
        Reply reply = Reply.json(200, answer.status(), Map.of("name", name.value(), "tags", shown));
        found.next()
                .filter(next -> page.n() > 0)
                .ifPresent(next ->
                        reply.header("Link", page.link("/v2/" + name + "/tags/list", next, request.nsParameter())));
        found.interruption().ifPresent(reply::warning);
        return reply;
    }

    @Override
    public Reply referrers(RepositoryName name, Digest digest) {
        Optional<String> cursor = request.queryValue(NEXT).filter(value -> !value.isEmpty());
        Answer<Referrers> answer = pulls.referrers(repositories.get(name), digest, cursor);
        Referrers found = answer.value();
        Optional<String> artifactType = request.queryValue("artifactType");
        byte[] index = found.index().bytes();
        byte[] shown =
                artifactType.map(type -> ReferrersFilter.only(type, index)).orElse(index);
        Reply reply = new Reply(200, answer.status(), shown).header("Content-Type", MediaType.OCI_INDEX.value());
        String filter =
                artifactType.map(type -> "&artifactType=" + Page.encoded(type)).orElse("");
        found.next()
                .ifPresent(next -> reply.header(
                        "Link",
                        "</v2/" + name + "/referrers/" + digest + "?" + NEXT + "=" + Page.encoded(next) + filter
                                + request.nsParameter() + ">; rel=\"next\""));
        found.interruption().ifPresent(reply::warning);
        return artifactType.isPresent() ? reply.header("OCI-Filters-Applied", "artifactType") : reply;
    }

    @Override
    public Reply catalog() {
        Page page = Page.of(request);
        Optional<RepositoryName> last = page.last().map(Replies::repositoryName);
        RepositoryPage found = page.n() == 0
                ? new RepositoryPage(List.of(), Optional.empty())
                : pulls.repositories(last, page.n(), repositories::find);
        List<String> shown = found.names().stream().map(RepositoryName::value).toList();
        Reply reply = Reply.json(200, CacheStatus.HIT, Map.of("repositories", shown));
        found.next().ifPresent(next -> reply.header("Link", page.link("/v2/_catalog", next.value(), "")));
        return reply;
    }

    private static RepositoryName repositoryName(String value) {
        try {
            return RepositoryName.parse(value);
        } catch (MalformedValueException e) {
            throw new RegistryException(e.code(), String.valueOf(e.getMessage()));
        }
    }
}
