package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a server on this machine for lists, and follows their Links. */
final class ListClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    ListClient(int port) {
        this.port = port;
    }

    HttpResponse<String> get(String path, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> tags(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> tags = new ArrayList<>();
        json(answer).path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    static String header(HttpResponse<String> answer, String header) {
        return answer.headers().firstValue(header).orElse("");
    }

    static Optional<String> next(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Link")
                .map(link -> link.replaceFirst("^<(/v2/[^>]*)>; rel=\"next\"$", "$1"));
    }

    /** The tags of all pages, by the Links; each page's number of tags beside them. */
    List<String> follow(String path, List<Integer> sizes) {
        List<String> all = new ArrayList<>();
        Optional<String> at = Optional.of(path);
        while (at.isPresent()) {
            HttpResponse<String> page = get(at.get());
            all.addAll(tags(page));
            sizes.add(tags(page).size());
            at = next(page);
        }
        return all;
    }
}
