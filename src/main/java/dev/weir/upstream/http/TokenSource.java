package dev.weir.upstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credential.Reach;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.Challenge;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Turns a host's challenge into an Authorization header for that host: Basic with the asker's credential, or a bearer token from
 * the realm that the challenge names, kept until shortly before it expires.
 *
 * <p>Errors: {@link UpstreamException} UNAUTHORIZED when there is no way to answer; INVALID for a realm that is not in the
 * challenging host's own domain.
 *
 * <p>Source: distribution, "Token Authentication Specification".
 */
final class TokenSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final int MAX_SCOPE_LENGTH = 4_096;
    private static final int DEFAULT_EXPIRES_IN_SECONDS = 60;
    private static final Duration MARGIN = Duration.ofSeconds(10);
    private static final Duration BASIC_KEPT = Duration.ofMinutes(5);

    private final Exchange exchange;
    private final InsecureUpstreams insecureUpstreams;
    private final Clock clock;
    private final Cache<Key, Authorization> authorizations =
            Caffeine.newBuilder().maximumSize(10_000).build();
    /** What each asker was challenged for last, so that its next request is authorized at once. */
    private final Cache<Asker, Key> lastKeys =
            Caffeine.newBuilder().maximumSize(10_000).build();

    /** What an authorization is good for; Basic has neither service nor scope. */
    private record Key(HttpUrl origin, String service, String scope, Optional<Credential> credential) {}

    private record Authorization(String header, Instant expiresAt) {
        @Override
        public String toString() {
            return "Authorization[until " + expiresAt + "]";
        }
    }

    TokenSource(Exchange exchange, InsecureUpstreams insecureUpstreams, Clock clock) {
        this.exchange = exchange;
        this.insecureUpstreams = insecureUpstreams;
        this.clock = clock;
    }

    /** The header that this asker was given last, while it lasts. */
    Optional<String> last(Asker asker) {
        return Optional.ofNullable(lastKeys.getIfPresent(asker)).flatMap(this::kept);
    }

    /** A header kept from before that answers these challenges, if it is not the one that was denied just now. */
    Optional<String> kept(List<Challenge> challenges, Asker asker, Optional<String> denied) {
        for (Challenge challenge : challenges) {
            if (isBearer(challenge) || isBasic(challenge)) {
                Key key = key(challenge, asker);
                Optional<String> header =
                        kept(key).filter(held -> denied.filter(held::equals).isEmpty());
                if (header.isPresent()) {
                    lastKeys.put(asker, key);
                }
                return header;
            }
        }
        return Optional.empty();
    }

    /** The asker's next request goes without a header. */
    void forget(Asker asker) {
        lastKeys.invalidate(asker);
    }

    private Optional<String> kept(Key key) {
        return Optional.ofNullable(authorizations.getIfPresent(key))
                .filter(authorization -> clock.instant().isBefore(authorization.expiresAt()))
                .map(Authorization::header);
    }

    /** A new header that answers the challenges; a token is asked for by the exchange. */
    String authorize(List<Challenge> challenges, Asker asker, String action, Deadline deadline) {
        for (Challenge challenge : challenges) {
            if (isBearer(challenge)) {
                return keep(challenge, asker, bearer(challenge, asker, action, deadline));
            }
            if (isBasic(challenge) && asker.credential().isPresent()) {
                return keep(challenge, asker, basic(asker, asker.credential().get(), action));
            }
        }
        throw UpstreamException.answered(
                Kind.UNAUTHORIZED, action, "status 401 and nothing to answer it with", 401, Optional.empty());
    }

    private String keep(Challenge challenge, Asker asker, Authorization authorization) {
        Key key = key(challenge, asker);
        authorizations.put(key, authorization);
        lastKeys.put(asker, key);
        return authorization.header();
    }

    private static boolean isBearer(Challenge challenge) {
        return challenge.scheme().toLowerCase(Locale.ROOT).equals("bearer");
    }

    private static boolean isBasic(Challenge challenge) {
        return challenge.scheme().toLowerCase(Locale.ROOT).equals("basic");
    }

    private static Key key(Challenge challenge, Asker asker) {
        return isBearer(challenge)
                ? new Key(asker.host(), parameter(challenge, "service"), scope(challenge, asker), asker.credential())
                : new Key(asker.host(), "", "", asker.credential());
    }

    private static String parameter(Challenge challenge, String name) {
        String value = challenge.authParams().get(name);
        return value == null ? "" : value;
    }

    /** The challenge knows what a gateway calls the repository; without one, the name that was asked for is it. */
    private static String scope(Challenge challenge, Asker asker) {
        String named = parameter(challenge, "scope");
        return named.isBlank() || named.length() > MAX_SCOPE_LENGTH
                ? "repository:" + asker.upstreamName() + ":pull"
                : named;
    }

    private Authorization basic(Asker asker, Credential credential, String action) {
        requireSafe(asker.host(), action);
        return new Authorization(header(credential), clock.instant().plus(BASIC_KEPT));
    }

    private void requireSafe(HttpUrl target, String action) {
        if (!target.isHttps() && !insecureUpstreams.contains(target.host(), target.port())) {
            throw UpstreamException.of(
                    Kind.INVALID,
                    action,
                    "the credential is not sent over http to " + target.host() + ":" + target.port()
                            + ": list it in WEIR_INSECURE_UPSTREAMS, or use https");
        }
    }

    private Authorization bearer(Challenge challenge, Asker asker, String action, Deadline deadline) {
        HttpUrl.Builder url = realm(challenge, asker, action).newBuilder();
        String service = parameter(challenge, "service");
        if (!service.isEmpty()) {
            url.setQueryParameter("service", service);
        }
        for (String scope : scope(challenge, asker).strip().split(" +", -1)) {
            url.addQueryParameter("scope", scope);
        }
        Request.Builder request = new Request.Builder().url(url.build());
        asker.credential().ifPresent(credential -> request.header("Authorization", header(credential)));
        try (Response response = exchange.send(request.build(), "authorize " + action, deadline)) {
            if (response.code() != 200) {
                throw exchange.failure(response, "authorize " + action);
            }
            return token(JSON.readTree(response.peekBody(MAX_ANSWER_BYTES).bytes()), action);
        } catch (IOException e) {
            throw UpstreamException.of(Kind.INVALID, "authorize " + action, "the token endpoint's answer is not JSON");
        }
    }

    private Authorization token(JsonNode answer, String action) {
        String token = answer.path("token").asText(answer.path("access_token").asText(""));
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw UpstreamException.of(Kind.INVALID, "authorize " + action, "the token endpoint's answer has no token");
        }
        long seconds = Math.max(1, answer.path("expires_in").asLong(DEFAULT_EXPIRES_IN_SECONDS));
        return new Authorization(
                "Bearer " + token,
                clock.instant().plusSeconds(Math.min(seconds, 86_400)).minus(MARGIN));
    }

    /**
     * A realm outside the host's registrable domain could collect credentials; Docker Hub's is a sibling within. A credential that
     * is for the host alone goes to no sibling either.
     */
    private HttpUrl realm(Challenge challenge, Asker asker, String action) {
        HttpUrl host = asker.host();
        HttpUrl realm = HttpUrl.parse(parameter(challenge, "realm"));
        boolean isForHost = asker.credential()
                .filter(credential -> credential.reach() == Reach.HOST)
                .isPresent();
        if (realm == null || !isWithin(realm, host, insecureUpstreams)) {
            throw UpstreamException.of(
                    Kind.INVALID,
                    action,
                    "the challenge's realm is not https within the domain of " + host.host() + ", which sent it");
        }
        if (isForHost && !Exchange.isSameOrigin(realm, host)) {
            throw UpstreamException.of(
                    Kind.INVALID,
                    action,
                    "the challenge's realm is not at " + host.host() + " itself, and an AWS token goes nowhere else");
        }
        return realm;
    }

    static boolean isWithin(HttpUrl realm, HttpUrl host, InsecureUpstreams insecureUpstreams) {
        boolean listed = insecureUpstreams.contains(realm.host(), realm.port());
        if (!realm.isHttps() && !listed) {
            return false;
        }
        String domain = host.topPrivateDomain();
        return realm.host().equals(host.host()) || (domain != null && domain.equals(realm.topPrivateDomain()));
    }

    /** The value of a header that carries the credential as RFC 7617 has it. */
    static String header(Credential credential) {
        return okhttp3.Credentials.basic(credential.username(), credential.accessToken(), StandardCharsets.UTF_8);
    }
}
