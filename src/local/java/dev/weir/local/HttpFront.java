package dev.weir.local;

import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Turns HTTP requests into registry requests and answers back; handlers block, so they run on worker threads. */
@ApplicationScoped
public class HttpFront {

    void routes(@Observes Router router) {
        router.route().blockingHandler(HttpFront::answer, false);
    }

    private static void answer(RoutingContext context) {
        RegistryHandler handler = Main.registry().handler();
        RegistryResponse answer = handler.handle(new RegistryRequest(
                context.request().method().name(),
                decoded(context.request().path()),
                values(context.queryParams()),
                values(context.request().headers()),
                UUID.randomUUID().toString()));
        HttpServerResponse response = context.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.end(
                HttpMethod.HEAD.equals(context.request().method()) ? Buffer.buffer() : Buffer.buffer(answer.body()));
    }

    private static Map<String, List<String>> values(MultiMap map) {
        Map<String, List<String>> values = new TreeMap<>();
        for (String name : map.names()) {
            values.put(name.toLowerCase(Locale.ROOT), map.getAll(name));
        }
        return values;
    }

    /** A path that is no URI is left as it is: it will be no path of the API either. */
    private static String decoded(String path) {
        try {
            String decoded = URI.create(path).getPath();
            return decoded == null ? path : decoded;
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
