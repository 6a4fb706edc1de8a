package dev.weir.upstream.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.ListRange;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.time.WallClock;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.Response;

/**
 * Reads a part of a repository's tags, by as few pages as give it. Where upstream can't be left to do the paging
 * ({@link TagWalk}), its whole list is read once a minute at most, and paged here.
 *
 * <p>At most {@value #MAX_PAGES} pages are read for one part; the caller goes on after them.
 */
final class TagList {
    static final int MAX_PAGES = 100;

    private static final int PAGE_SIZE = 1_000;
    /** Some registries reject more, 100 or 1,000 being the usual limits. */
    private static final int SMALL_PAGE_SIZE = 100;

    private static final int MAX_KEPT_TAGS = 200_000;
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Set<Integer> REFUSALS = Set.of(400, 416, 422);

    private final UpstreamClient client;
    private final Cache<UpstreamRepository, TagWalk> wholeLists;

    TagList(UpstreamClient client, Clock clock) {
        this.client = client;
        this.wholeLists = Caffeine.newBuilder()
                .maximumWeight(MAX_KEPT_TAGS)
                .weigher((UpstreamRepository repository, TagWalk list) ->
                        1 + list.tags().size())
                .expireAfterWrite(KEPT)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        TagWalk kept = wholeLists.getIfPresent(repository);
        if (kept != null) {
            return kept.pagedHere(range);
        }
        TagWalk walk = walk(repository, range, deadline);
        if (!walk.isWhole()) {
            Optional<TagPage> page = walk.asUpstreamPaged();
            if (page.isPresent()) {
                return page.get();
            }
            walk = walk(repository, new ListRange(TagListBody.MAX_TAGS, Optional.empty()), deadline);
        }
        if (walk.isWhole() && walk.tags().size() > range.limit()) {
            wholeLists.put(repository, walk);
        }
        return walk.noteWhatIsMissing().pagedHere(range);
    }

    private TagWalk walk(UpstreamRepository repository, ListRange range, Deadline deadline) {
        String action = "list tags of " + repository;
        TagWalk.Steps steps = new TagWalk.Steps(range);
        Optional<HttpUrl> next = Optional.of(pageUrl(repository, range, OptionalInt.of(pageSize(range))));
        while (next.isPresent() && steps.wants(next.get(), MAX_PAGES)) {
            HttpUrl page = next.get();
            try (Response response = steps.isFirst()
                    ? first(repository, range, action, deadline)
                    : send(repository, page, action, deadline)) {
                TagListBody body = body(response, action);
                steps.add(body.tags());
                next = NextPage.find(response, page);
                if (body.cut()) {
                    return steps.end(next, Optional.of("upstream's page has more tags than Weir reads of one"));
                }
            } catch (UpstreamException e) {
                if (steps.isFirst()) {
                    throw e;
                }
                return steps.end(next, Optional.of(String.valueOf(e.getMessage())));
            } catch (IllegalArgumentException e) {
                return steps.end(Optional.empty(), Optional.of(action + ": " + e.getMessage()));
            }
        }
        boolean loops = next.filter(steps::hasRead).isPresent();
        return loops
                ? steps.end(Optional.empty(), Optional.of(action + ": the Link leads to a page that was read before"))
                : steps.end(next, Optional.empty());
    }

    /** Asks for fewer tags where upstream rejects the number, and for no number at last. */
    private Response first(UpstreamRepository repository, ListRange range, String action, Deadline deadline) {
        int size = pageSize(range);
        Response response = send(repository, pageUrl(repository, range, OptionalInt.of(size)), action, deadline);
        if (REFUSALS.contains(response.code()) && size > SMALL_PAGE_SIZE) {
            response.close();
            response = send(repository, pageUrl(repository, range, OptionalInt.of(SMALL_PAGE_SIZE)), action, deadline);
        }
        if (REFUSALS.contains(response.code())) {
            response.close();
            response = send(repository, pageUrl(repository, range, OptionalInt.empty()), action, deadline);
        }
        return response;
    }

    private static int pageSize(ListRange range) {
        return Math.min(range.limit(), PAGE_SIZE);
    }

    private static HttpUrl pageUrl(UpstreamRepository repository, ListRange range, OptionalInt size) {
        HttpUrl.Builder url = UpstreamClient.url(repository, "tags/list").newBuilder();
        size.ifPresent(n -> url.addQueryParameter("n", Integer.toString(n)));
        range.last().ifPresent(last -> url.addQueryParameter("last", last));
        return url.build();
    }

    private Response send(UpstreamRepository repository, HttpUrl url, String action, Deadline deadline) {
        return client.send(
                repository, url, action, deadline, request -> request.get().header("Accept", "application/json"));
    }

    private TagListBody body(Response response, String action) {
        if (response.code() != 200) {
            throw client.failure(response, action);
        }
        try {
            return TagListBody.read(response.body().byteStream());
        } catch (IOException e) {
            throw UpstreamException.of(Kind.INVALID, action, "the answer is not a list of tags");
        }
    }
}
