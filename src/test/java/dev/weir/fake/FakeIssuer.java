package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.access.http.HttpsDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An OpenID Connect issuer on loopback: discovery, a key set, and tokens. It is called {@code https://issuer.example.org}. */
public final class FakeIssuer implements AutoCloseable {
    public static final String ISSUER = "https://issuer.example.org";

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final HttpServer server;
    private final List<PublicJsonWebKey> keys = new ArrayList<>();
    private final AtomicInteger keySetReads = new AtomicInteger();
    private volatile Optional<String> configuration = Optional.empty();
    private volatile Optional<String> keySet = Optional.empty();
    private volatile int status = 200;

    public FakeIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
        addKey("RS256", "rsa-1");
    }

    /** What dials this server for whatever host is asked. */
    public HttpsDocuments client() {
        return LoopbackDocuments.at(server.getAddress().getPort());
    }

    public PublicJsonWebKey addKey(String algorithm, String id) {
        try {
            PublicJsonWebKey key =
                    switch (algorithm) {
                        case "RS256" -> RsaJwkGenerator.generateJwk(2048);
                        case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
                        case "EdDSA" -> OkpJwkGenerator.generateJwk("Ed25519");
                        default -> throw new IllegalArgumentException(algorithm);
                    };
            key.setKeyId(id);
            keys.add(key);
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a job of GitHub's says, for an audience. */
    public static JwtClaims claims(String audience, long now) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(audience);
        claims.setSubject("repo:acme/app:ref:refs/heads/main");
        claims.setExpirationTime(NumericDate.fromSeconds(now + 300));
        claims.setIssuedAt(NumericDate.fromSeconds(now - 100));
        claims.setNotBefore(NumericDate.fromSeconds(now - 100));
        claims.setClaim("repository", "acme/app");
        claims.setClaim("ref", "refs/heads/main");
        return claims;
    }

    /** Signed with the first key. */
    public String token(JwtClaims claims) {
        return token(claims, "RS256", keys.get(0));
    }

    public static String token(JwtClaims claims, String algorithm, PublicJsonWebKey key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public keys, as an issuer publishes them. */
    public String jwks() {
        return new JsonWebKeySet(new ArrayList<>(keys)).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    public PublicJsonWebKey key(int index) {
        return keys.get(index);
    }

    public void answerConfiguration(String json) {
        configuration = Optional.of(json);
    }

    public void answerKeySet(String json) {
        keySet = Optional.of(json);
    }

    public void answerStatus(int answered) {
        status = answered;
    }

    public int keySetReads() {
        return keySetReads.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean isConfiguration = exchange.getRequestURI().getPath().equals(DISCOVERY);
            if (!isConfiguration) {
                keySetReads.incrementAndGet();
            }
            String usual = "{\"issuer\":\"" + ISSUER + "\",\"jwks_uri\":\"" + ISSUER + "/keys\"}";
            byte[] body = (isConfiguration ? configuration.orElse(usual) : keySet.orElseGet(this::jwks))
                    .getBytes(StandardCharsets.UTF_8);
            if (status / 100 == 3) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
