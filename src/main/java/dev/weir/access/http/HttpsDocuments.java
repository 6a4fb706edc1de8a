package dev.weir.access.http;

import dev.weir.rules.InsecureUpstreams;
import dev.weir.upstream.http.AddressGuard;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Gets small documents. Only https, no redirects, no address that isn't public, at most 64 KiB, at most 5 seconds in all.
 *
 * <p>Errors: {@link IOException}, which tells the host and never the URL: its query may be a credential.
 */
public final class HttpsDocuments {
    /** An answer, whatever its status. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on once and compared by nobody.
    record Document(int status, byte[] body) {}

    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration WHOLE_CALL = Duration.ofSeconds(5);

    private final UnaryOperator<HttpUrl> dialled;
    private final InsecureUpstreams insecure;
    private Optional<OkHttpClient> client = Optional.empty();

    public HttpsDocuments() {
        this(UnaryOperator.identity(), InsecureUpstreams.parse(Set.of()));
    }

    /**
     * For tests, whose servers are on loopback and speak http.
     *
     * @param dialled where a checked URL leads instead
     * @param insecure {@code host:port} entries whose addresses need not be public
     */
    public HttpsDocuments(UnaryOperator<HttpUrl> dialled, InsecureUpstreams insecure) {
        this.dialled = dialled;
        this.insecure = insecure;
    }

    Document get(URI uri, Map<String, String> headers) throws IOException {
        HttpUrl url = HttpUrl.get(uri);
        if (url == null || !url.isHttps()) {
            throw new IOException(uri.getHost() + " was to be asked by " + uri.getScheme() + ": allowed is https");
        }
        Request.Builder request = new Request.Builder()
                .url(dialled.apply(url))
                .header("User-Agent", "weir")
                .header("Accept", "application/json")
                // Bytes are counted as they come: no transparent gzip.
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        try (Response response = client().newCall(request.build()).execute()) {
            return new Document(response.code(), bounded(response, url));
        }
    }

    private static byte[] bounded(Response response, HttpUrl url) throws IOException {
        BufferedSource body = response.body().source();
        if (body.request(MAX_BYTES + 1L)) {
            throw new IOException(url.host() + " answered with more than " + MAX_BYTES + " bytes");
        }
        return body.readByteArray();
    }

    /** Made at the first use: most logins are passwords, and the trust store takes time to load. */
    private synchronized OkHttpClient client() {
        OkHttpClient made = client.orElseGet(() -> new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .socketFactory(new AddressGuard(insecure, Optional.empty()))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT)
                .callTimeout(WHOLE_CALL)
                .build());
        client = Optional.of(made);
        return made;
    }
}
