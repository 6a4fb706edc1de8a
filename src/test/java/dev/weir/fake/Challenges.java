package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Ways in which upstreams ask who is there. */
public final class Challenges {
    private Challenges() {}

    /** Wants this bearer token, of this realm and for this scope; tokens themselves are put at the realm's path. */
    public static Misbehaviour wantsToken(String token, String realm, String scope) {
        return wants(
                "Bearer " + token, "Bearer realm=\"" + realm + "\",service=\"reg\",scope=\"" + scope + "\"", "/token");
    }

    /** Wants this user and password. */
    public static Misbehaviour wantsPassword(String user, String password) {
        return wants(basic(user, password), "Basic realm=\"x\"", "/none");
    }

    private static Misbehaviour wants(String authorization, String challenge, String exceptPath) {
        return exchange -> {
            boolean isRight = authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    || exchange.getRequestURI().getPath().equals(exceptPath);
            if (!isRight) {
                exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
                exchange.sendResponseHeaders(401, -1);
            }
            return !isRight;
        };
    }

    /** Hands out tokens to this user only. */
    public static Misbehaviour givesTokensTo(String user, String password) {
        return exchange -> {
            boolean isDenied = exchange.getRequestURI().getPath().equals("/token")
                    && !basic(user, password)
                            .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (isDenied) {
                exchange.sendResponseHeaders(401, -1);
            }
            return isDenied;
        };
    }

    /** Answers 404 to whoever does not show this user and password, but challenges at the API's base. */
    public static Misbehaviour hidesFromStrangers(String user, String password) {
        return exchange -> {
            boolean isRight =
                    basic(user, password).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!isRight) {
                boolean isBase = exchange.getRequestURI().getPath().equals("/v2/");
                exchange.getResponseHeaders().set(isBase ? "WWW-Authenticate" : "X-None", "Basic realm=\"x\"");
                exchange.sendResponseHeaders(isBase ? 401 : 404, -1);
            }
            return !isRight;
        };
    }

    /** Redirects everything under {@code /v2/} to another host, as vanity names do. */
    public static Misbehaviour leadsTo(String hostAndPort) {
        return exchange -> {
            redirect(exchange, "http://" + hostAndPort + exchange.getRequestURI());
            return true;
        };
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(307, -1);
    }

    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
