package dev.weir.upstream.http;

import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Response;

/**
 * Where a list goes on. A Link's path and query are followed on the origin that was asked, whatever host the Link names:
 * registries behind a gateway name themselves by their internal host.
 *
 * <p>Errors: {@link IllegalArgumentException} that says why a Link can't be followed.
 */
final class NextPage {
    private NextPage() {}

    /** @param page the URL that was asked; the answer may come from where it redirected to */
    static Optional<HttpUrl> find(Response response, HttpUrl page) {
        return LinkHeader.next(response.headers("Link")).map(target -> onSameOrigin(target, page));
    }

    private static HttpUrl onSameOrigin(String target, HttpUrl page) {
        HttpUrl resolved = page.resolve(target);
        if (resolved == null) {
            throw new IllegalArgumentException("the Link to the next page is not an http URL");
        }
        return page.newBuilder()
                .encodedPath(resolved.encodedPath())
                .encodedQuery(resolved.encodedQuery())
                .fragment(null)
                .build();
    }
}
