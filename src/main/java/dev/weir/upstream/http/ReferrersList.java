package dev.weir.upstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Referrers;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Response;

/**
 * Reads what refers to a digest: by the referrers API, page after page, else by the fallback tag.
 *
 * <p>A registry without the API answers 404, or anything that is not an index. Source: distribution-spec 1.1, "Listing
 * Referrers" and "Unavailable Referrers API".
 */
final class ReferrersList {
    static final int MAX_PAGES = 20;

    private final UpstreamClient client;

    ReferrersList(UpstreamClient client) {
        this.client = client;
    }

    /** @param cursor {@link Referrers#next} of the part before */
    Optional<Referrers> find(UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        String action = "list referrers of " + repository + "@" + digest;
        HttpUrl api = UpstreamClient.url(repository, "referrers/" + digest);
        HttpUrl url = cursor.map(query -> api.newBuilder().encodedQuery(query).build())
                .orElse(api);
        Optional<Referrers> byApi = pages(repository, url, digest, action, deadline);
        return byApi.isPresent() || cursor.isPresent() ? byApi : byTag(repository, digest, action, deadline);
    }

    /** Empty when the first page is not an index. */
    private Optional<Referrers> pages(
            UpstreamRepository repository, HttpUrl first, Digest digest, String action, Deadline deadline) {
        ReferrersIndex index = new ReferrersIndex();
        Optional<HttpUrl> next = Optional.of(first);
        for (int page = 0; next.isPresent() && page < MAX_PAGES; page++) {
            HttpUrl url = next.get();
            try (Response response = send(repository, url, action, deadline)) {
                Optional<List<JsonNode>> found = descriptors(response, digest, action);
                if (found.isEmpty() && page == 0) {
                    return Optional.empty();
                }
                if (found.isEmpty()) {
                    throw UpstreamException.of(Kind.INVALID, action, "the next page is not an image index");
                }
                if (!index.add(found.get())) {
                    break;
                }
                next = NextPage.find(response, url).filter(link -> !link.equals(url));
            } catch (UpstreamException e) {
                if (page == 0) {
                    throw e;
                }
                return Optional.of(part(index, first, next, Optional.of(String.valueOf(e.getMessage()))));
            } catch (IllegalArgumentException e) {
                return Optional.of(part(index, first, Optional.empty(), Optional.of(action + ": " + e.getMessage())));
            }
        }
        return Optional.of(part(index, first, next, Optional.empty()));
    }

    private static Referrers part(
            ReferrersIndex index, HttpUrl first, Optional<HttpUrl> next, Optional<String> interruption) {
        Optional<String> cursor = next.filter(link -> link.encodedPath().equals(first.encodedPath()))
                .flatMap(link -> Optional.ofNullable(link.encodedQuery()));
        boolean lost = next.isPresent() && cursor.isEmpty() && interruption.isEmpty();
        return new Referrers(
                index.manifest(),
                cursor,
                lost ? Optional.of("upstream has more referrers, at a path that Weir can't pass on") : interruption);
    }

    private Optional<List<JsonNode>> descriptors(Response response, Digest digest, String action) {
        int status = response.code();
        if (status == 401 || status == 403 || status == 429 || status >= 500) {
            throw client.failure(response, action);
        }
        try {
            return status == 200 ? ReferrersBody.read(response, digest) : Optional.empty();
        } catch (IOException e) {
            throw UpstreamException.of(Kind.UNAVAILABLE, action, Exchange.reason(e));
        }
    }

    private Optional<Referrers> byTag(UpstreamRepository repository, Digest digest, String action, Deadline deadline) {
        HttpUrl url = UpstreamClient.url(repository, "manifests/" + digest.referrersTag());
        try (Response response = send(repository, url, action, deadline)) {
            ReferrersIndex index = new ReferrersIndex();
            return descriptors(response, digest, action)
                    .filter(index::add)
                    .map(found -> new Referrers(index.manifest(), Optional.empty(), Optional.empty()));
        }
    }

    private Response send(UpstreamRepository repository, HttpUrl url, String action, Deadline deadline) {
        return client.send(repository, url, action, deadline, request -> request.get()
                .header("Accept", MediaType.OCI_INDEX.value()));
    }
}
