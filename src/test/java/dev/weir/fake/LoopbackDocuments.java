package dev.weir.fake;

import dev.weir.access.http.HttpsDocuments;
import dev.weir.rules.InsecureUpstreams;
import java.util.Set;

/** What dials a fake on this machine for whatever host is asked. */
final class LoopbackDocuments {
    private LoopbackDocuments() {}

    static HttpsDocuments at(int port) {
        return new HttpsDocuments(
                url -> url.newBuilder()
                        .scheme("http")
                        .host("127.0.0.1")
                        .port(port)
                        .build(),
                InsecureUpstreams.parse(Set.of("127.0.0.1:" + port)));
    }
}
