package dev.weir.local;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;

/** An error that the HTTP server itself tells a client, in one line of plain text. */
final class TextAnswer {
    private TextAnswer() {}

    static void send(HttpServerRequest request, int status, String message) {
        Buffer body = Buffer.buffer((message + "\n").getBytes(StandardCharsets.UTF_8));
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Length", Integer.toString(body.length()))
                .end(request.method().equals(HttpMethod.HEAD) ? Buffer.buffer() : body);
    }
}
