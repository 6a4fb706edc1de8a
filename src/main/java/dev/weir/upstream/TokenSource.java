package dev.weir.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.HostAndPort;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okhttp3.Challenge;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Turns an upstream's challenge into an Authorization header: Basic with the rule's credential, or a bearer token from the
 * realm that the challenge names, kept until shortly before it expires.
 *
 * <p>Errors: {@link UpstreamException} UNAUTHORIZED when there is no way to answer; INVALID for a realm that is not the
 * upstream's own.
 *
 * <p>Source: distribution, "Token Authentication Specification".
 */
final class TokenSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final int DEFAULT_EXPIRES_IN_SECONDS = 60;
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Credentials credentials;
    private final Set<String> insecureUpstreams;
    private final Clock clock;
    private final Cache<Key, Authorization> cache =
            Caffeine.newBuilder().maximumSize(10_000).build();

    /** One repository of one upstream as one credential sees it. */
    private record Key(HttpUrl origin, String upstreamName, Optional<Credential> credential) {}

    private record Authorization(String header, Instant expiresAt) {
        @Override
        public String toString() {
            return "Authorization[until " + expiresAt + "]";
        }
    }

    TokenSource(Credentials credentials, Set<String> insecureUpstreams, Clock clock) {
        this.credentials = credentials;
        this.insecureUpstreams = insecureUpstreams;
        this.clock = clock;
    }

    /** The header that worked last for this repository, while it lasts. */
    Optional<String> cached(HttpUrl origin, UpstreamRepository repository) {
        return Optional.ofNullable(cache.getIfPresent(key(origin, repository)))
                .filter(authorization -> clock.instant().isBefore(authorization.expiresAt()))
                .map(Authorization::header);
    }

    /** A header that answers the 401's challenges; a token is asked for by the exchange. */
    String answer(
            Exchange exchange, Response unauthorized, HttpUrl origin, UpstreamRepository repository, String action) {
        Key key = key(origin, repository);
        for (Challenge challenge : unauthorized.challenges()) {
            String scheme = challenge.scheme().toLowerCase(Locale.ROOT);
            if (scheme.equals("bearer")) {
                Authorization bearer = bearer(exchange, challenge, key, action);
                cache.put(key, bearer);
                return bearer.header();
            }
            if (scheme.equals("basic") && key.credential().isPresent()) {
                String header = basic(key.credential().get());
                cache.put(key, new Authorization(header, clock.instant().plus(Duration.ofMinutes(5))));
                return header;
            }
        }
        throw new UpstreamException(
                Kind.UNAUTHORIZED,
                action,
                "status 401, and the rule has no credential for it",
                401,
                Optional.empty(),
                null);
    }

    private Authorization bearer(Exchange exchange, Challenge challenge, Key key, String action) {
        HttpUrl realm = realm(challenge, key.origin(), action);
        HttpUrl.Builder url = realm.newBuilder();
        String service = challenge.authParams().get("service");
        if (service != null) {
            url.setQueryParameter("service", service);
        }
        url.setQueryParameter("scope", "repository:" + key.upstreamName() + ":pull");
        Request.Builder request = new Request.Builder().url(url.build());
        key.credential().ifPresent(credential -> request.header("Authorization", basic(credential)));
        try (Response response = exchange.send(request.build(), "authorize " + action)) {
            if (response.code() != 200) {
                throw exchange.failure(response, "authorize " + action);
            }
            return token(JSON.readTree(response.peekBody(MAX_ANSWER_BYTES).bytes()), action);
        } catch (IOException e) {
            throw new UpstreamException(Kind.INVALID, "authorize " + action, "the token endpoint's answer is not JSON");
        }
    }

    private Authorization token(JsonNode answer, String action) {
        String token = answer.path("token").asText(answer.path("access_token").asText(""));
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new UpstreamException(
                    Kind.INVALID, "authorize " + action, "the token endpoint's answer has no token");
        }
        long seconds = Math.max(1, answer.path("expires_in").asLong(DEFAULT_EXPIRES_IN_SECONDS));
        return new Authorization(
                "Bearer " + token,
                clock.instant().plusSeconds(Math.min(seconds, 86_400)).minus(MARGIN));
    }

    /** A realm outside the upstream's registrable domain could collect credentials; Docker Hub's is a sibling within. */
    private HttpUrl realm(Challenge challenge, HttpUrl origin, String action) {
        String value = challenge.authParams().get("realm");
        HttpUrl realm = value == null ? null : HttpUrl.parse(value);
        if (realm == null || !isWithin(realm, origin, insecureUpstreams)) {
            throw new UpstreamException(
                    Kind.INVALID, action, "the challenge's realm is not within the upstream's own domain");
        }
        return realm;
    }

    static boolean isWithin(HttpUrl realm, HttpUrl origin, Set<String> insecureUpstreams) {
        boolean listed = insecureUpstreams.contains(new HostAndPort(realm.host(), realm.port()).toString());
        if (!realm.isHttps() && !listed) {
            return false;
        }
        String domain = origin.topPrivateDomain();
        return realm.host().equals(origin.host()) || (domain != null && domain.equals(realm.topPrivateDomain()));
    }

    private Key key(HttpUrl origin, UpstreamRepository repository) {
        return new Key(origin, repository.upstreamName().value(), credentials.find(repository.rule()));
    }

    private static String basic(Credential credential) {
        return okhttp3.Credentials.basic(credential.username(), credential.accessToken(), StandardCharsets.UTF_8);
    }
}
