package dev.weir.deployed;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Ways in which an upstream misbehaves. */
public final class Misbehaviours {
    private Misbehaviours() {}

    /** Accepts requests and does not answer until the latch opens. */
    public static Misbehaviour silentUntil(CountDownLatch end) {
        return exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        };
    }

    /** Answers 401 to requests without this credential. */
    public static Misbehaviour requiring(String user, String password) {
        String required = RegistryClient.basic(user, password);
        return exchange -> {
            boolean isDenied = !required.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (isDenied) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"upstream\"");
                exchange.sendResponseHeaders(401, -1);
            }
            return isDenied;
        };
    }

    /** Answers the first GET at 200 kB/s, until the client closes the connection. */
    public static Misbehaviour slowAtFirst(byte[] bytes) {
        AtomicInteger asked = new AtomicInteger();
        return exchange -> {
            boolean slow = exchange.getRequestMethod().equals("GET") && asked.incrementAndGet() == 1;
            if (slow) {
                exchange.sendResponseHeaders(200, bytes.length);
                trickle(exchange, bytes);
            }
            return slow;
        };
    }

    private static void trickle(HttpExchange exchange, byte[] bytes) throws IOException {
        try {
            for (int sent = 0; sent < bytes.length; sent += 10_000) {
                exchange.getResponseBody().write(bytes, sent, Math.min(10_000, bytes.length - sent));
                exchange.getResponseBody().flush();
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
