package dev.weir.access.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.access.LoginUnavailableException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * The public keys of issuers. A set that was read serves for an hour; an unknown key id reads it again, at most once a minute. While
 * an issuer can't be reached, the keys that were last read go on to serve.
 */
final class IssuerKeys {
    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration BETWEEN_READS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_FIRST_READS = Duration.ofSeconds(10);
    private static final int MAX_ISSUERS = 100;
    private static final Logger LOG = System.getLogger(IssuerKeys.class.getName());

    private final IssuerDocuments documents;
    private final Clock clock;
    private final Cache<OidcIssuer, KeySet> sets =
            Caffeine.newBuilder().maximumSize(MAX_ISSUERS).build();

    IssuerKeys(IssuerDocuments documents, Clock clock) {
        this.documents = documents;
        this.clock = clock;
    }

    /** Errors: {@link LoginUnavailableException} when no key set of the issuer could be read. */
    Optional<JsonWebKey> find(OidcIssuer issuer, String keyId) {
        return sets.get(issuer, KeySet::new).find(keyId);
    }

    private static List<JsonWebKey> parse(String jwks) throws IOException {
        try {
            return new JsonWebKeySet(jwks).getJsonWebKeys();
        } catch (JoseException | RuntimeException e) {
            throw new IOException("the key set is not a JSON Web Key Set");
        }
    }

    /** The keys of one issuer. */
    private final class KeySet {
        private final OidcIssuer issuer;
        private List<JsonWebKey> keys = List.of();
        private Instant readAt = Instant.MIN;
        private Instant triedAt = Instant.MIN;

        KeySet(OidcIssuer issuer) {
            this.issuer = issuer;
        }

        synchronized Optional<JsonWebKey> find(String keyId) {
            Instant now = clock.instant();
            Optional<JsonWebKey> held = held(keyId);
            boolean isFresh = held.isPresent() && isWithin(FRESH, readAt, now);
            if (!isFresh && !isWithin(keys.isEmpty() ? BETWEEN_FIRST_READS : BETWEEN_READS, triedAt, now)) {
                read(now);
                held = held(keyId);
            }
            if (keys.isEmpty()) {
                throw new LoginUnavailableException("the keys of issuer '" + issuer.alias() + "' can't be read", null);
            }
            return held;
        }

        private boolean isWithin(Duration duration, Instant since, Instant now) {
            return since.isAfter(Instant.MIN) && now.isBefore(since.plus(duration));
        }

        private Optional<JsonWebKey> held(String keyId) {
            return keys.stream().filter(key -> keyId.equals(key.getKeyId())).findFirst();
        }

        private void read(Instant now) {
            triedAt = now;
            try {
                keys = parse(issuer.jwks().isPresent() ? issuer.jwks().get() : documents.jwks(issuer));
                readAt = now;
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "the keys of issuer ''{0}'' can''t be read: {1}",
                        issuer.alias(),
                        e.getMessage());
            }
        }
    }
}
