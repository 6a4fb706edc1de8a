package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One answer, given to whatever is asked. A header without a value is not sent. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UpstreamAnswer(int status, Map<String, String> headers, byte[] body) implements Misbehaviour {

    @Override
    public boolean answer(HttpExchange exchange) throws IOException {
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                exchange.getResponseHeaders().set(name, value);
            }
        });
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        exchange.sendResponseHeaders(status, bodiless || body.length == 0 ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
        return true;
    }

    @Override
    public String toString() {
        return status + " " + headers + " "
                + new String(body, 0, Math.min(80, body.length), StandardCharsets.ISO_8859_1);
    }
}
