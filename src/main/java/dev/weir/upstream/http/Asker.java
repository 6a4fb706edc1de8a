package dev.weir.upstream.http;

import dev.weir.upstream.Credential;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * One repository of one host, as one credential sees it.
 *
 * @param host scheme, host and port, nothing more
 * @param credential empty for a host that is not the rule's own
 */
record Asker(HttpUrl host, String upstreamName, Optional<Credential> credential) {

    static Asker of(HttpUrl url, String upstreamName, Optional<Credential> credential) {
        return new Asker(
                url.newBuilder().encodedPath("/").query(null).fragment(null).build(), upstreamName, credential);
    }

    /** A host that a redirect led to is answered anonymously, in its own name. */
    Asker at(HttpUrl url) {
        return Exchange.isSameOrigin(host, url) ? this : of(url, upstreamName, Optional.empty());
    }
}
