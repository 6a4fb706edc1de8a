package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Ways in which upstreams list tags and referrers. */
public final class ListMisbehaviours {
    private ListMisbehaviours() {}

    /**
     * At most {@code maxPage} tags a page, in the given order, after the tag {@code last}; the Link names an internal host and
     * has another parameter before rel.
     */
    public static Misbehaviour listsTagsInPages(String name, List<String> tags, int maxPage) {
        return exchange -> {
            if (!isTagList(exchange, name)) {
                return false;
            }
            int n = parameter(exchange, "n").map(Integer::parseInt).orElse(maxPage);
            int from = parameter(exchange, "last")
                    .map(last -> tags.indexOf(last) + 1)
                    .orElse(0);
            int to = Math.min(tags.size(), from + Math.min(n, maxPage));
            if (to < tags.size()) {
                link(
                        exchange,
                        "<http://registry.internal:8080"
                                + exchange.getRequestURI().getPath() + "?n=" + n + "&last="
                                + URLEncoder.encode(tags.get(to - 1), StandardCharsets.UTF_8)
                                + ">; title=\"a, \\\"b\\\"; rel=prev\"; rel=\"next\"");
            }
            answer(exchange, 200, "application/json", tagsJson(tags.subList(from, to)));
            return true;
        };
    }

    /** Pages of {@code size} tags whose Links hold a token of the registry's own, and which know neither n nor last. */
    public static Misbehaviour listsTagsByToken(String name, List<String> tags, int size) {
        return exchange -> {
            if (!isTagList(exchange, name)) {
                return false;
            }
            int from = parameter(exchange, "token").map(Integer::parseInt).orElse(0);
            int to = Math.min(tags.size(), from + size);
            if (to < tags.size()) {
                link(exchange, "<" + exchange.getRequestURI().getPath() + "?token=" + to + ">; rel=next");
            }
            answer(exchange, 200, "application/json", tagsJson(tags.subList(from, to)));
            return true;
        };
    }

    /** Refuses {@code n} over this number. */
    public static Misbehaviour refusesNumbersOver(int maxN) {
        return exchange -> {
            boolean refuses = parameter(exchange, "n")
                    .filter(n -> Integer.parseInt(n) > maxN)
                    .isPresent();
            if (refuses) {
                answer(
                        exchange,
                        400,
                        "application/json",
                        "{\"errors\":[{\"code\":\"PAGINATION_NUMBER_INVALID\",\"message\":\"invalid number\"}]}");
            }
            return refuses;
        };
    }

    /** Answers 503 for the page after this tag. */
    public static Misbehaviour failsAfter(String last) {
        return exchange -> {
            boolean fails = parameter(exchange, "last").filter(last::equals).isPresent();
            if (fails) {
                answer(exchange, 503, "text/plain", "down");
            }
            return fails;
        };
    }

    /** One tag, and this Link header. */
    public static Misbehaviour listsOneTagWithLink(String name, String tag, String link) {
        return exchange -> {
            if (!isTagList(exchange, name)) {
                return false;
            }
            link(exchange, link);
            answer(exchange, 200, "application/json", tagsJson(List.of(tag)));
            return true;
        };
    }

    /** One descriptor a page, sent as plain JSON; the Link holds a cursor of the registry's own. */
    public static Misbehaviour listsReferrersOneByOne(List<String> descriptors) {
        return exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/referrers/")) {
                return false;
            }
            int at = parameter(exchange, "cursor").map(Integer::parseInt).orElse(0);
            if (at + 1 < descriptors.size()) {
                link(exchange, "<" + exchange.getRequestURI().getPath() + "?cursor=" + (at + 1) + ">; rel=\"next\"");
            }
            answer(
                    exchange,
                    200,
                    "application/json; charset=utf-8",
                    "{\"schemaVersion\":2,\"manifests\":[" + descriptors.get(at) + "]}");
            return true;
        };
    }

    private static boolean isTagList(HttpExchange exchange, String name) {
        return exchange.getRequestURI().getPath().equals("/v2/" + name + "/tags/list");
    }

    private static Optional<String> parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        return Arrays.stream(query == null ? new String[0] : query.split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst();
    }

    private static void link(HttpExchange exchange, String value) {
        exchange.getResponseHeaders().set("Link", value);
    }

    private static String tagsJson(List<String> tags) {
        return "{\"name\":\"x\",\"tags\":["
                + tags.stream().map(tag -> "\"" + tag + "\"").collect(Collectors.joining(",")) + "]}";
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
