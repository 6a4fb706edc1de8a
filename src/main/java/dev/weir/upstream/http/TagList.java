package dev.weir.upstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Reads a repository's tags, page after page; at most 100 pages of 1,000, whatever upstream says. */
final class TagList {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_PAGES = 100;
    private static final int MAX_PAGE_BYTES = 8 * 1024 * 1024;
    private static final int MAX_TAGS = 100_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

    private final UpstreamClient client;

    TagList(UpstreamClient client) {
        this.client = client;
    }

    List<Tag> tags(UpstreamRepository repository, Deadline deadline) {
        String action = "list tags of " + repository;
        TreeSet<Tag> tags = new TreeSet<>();
        HttpUrl url = UpstreamClient.url(repository, "tags/list")
                .newBuilder()
                .addQueryParameter("n", "1000")
                .build();
        for (int page = 0; page < MAX_PAGES && url != null && tags.size() < MAX_TAGS; page++) {
            try (Response response = client.send(
                    repository, url, action, deadline, request -> request.get().header("Accept", "application/json"))) {
                if (response.code() != 200) {
                    throw client.failure(response, action);
                }
                addTags(response, tags, action);
                url = next(response);
            }
        }
        return List.copyOf(tags);
    }

    private static void addTags(Response response, Set<Tag> tags, String action) {
        try {
            byte[] body = response.body().byteStream().readNBytes(MAX_PAGE_BYTES);
            for (JsonNode tag : JSON.readTree(body).path("tags")) {
                parsed(tag.asText()).ifPresent(tags::add);
            }
        } catch (IOException e) {
            throw UpstreamException.of(Kind.INVALID, action, "the answer is no list of tags");
        }
    }

    /** What is no tag can't be pulled, so it is left out. */
    private static Optional<Tag> parsed(String value) {
        try {
            return Optional.of(Tag.parse(value));
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    private static @Nullable HttpUrl next(Response response) {
        Matcher link = NEXT.matcher(response.header("Link", ""));
        return link.find() ? response.request().url().resolve(link.group(1)) : null;
    }
}
