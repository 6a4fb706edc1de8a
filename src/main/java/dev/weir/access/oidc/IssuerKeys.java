package dev.weir.access.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.access.LoginUnavailableException;
import dev.weir.time.OneRead;
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

    /**
     * What is known of an issuer's keys.
     *
     * @param readAt when they were read
     * @param triedAt when they were last asked for, in vain or not
     */
    private record Known(List<JsonWebKey> keys, Instant readAt, Instant triedAt) {
        static final Known NOTHING = new Known(List.of(), Instant.MIN, Instant.MIN);

        Optional<JsonWebKey> find(String keyId) {
            return keys.stream().filter(key -> keyId.equals(key.getKeyId())).findFirst();
        }

        /** Whether this is all that can be said of the key now. */
        boolean isEnough(String keyId, Instant now) {
            boolean isFresh = find(keyId).isPresent() && isWithin(FRESH, readAt, now);
            return isFresh || isWithin(keys.isEmpty() ? BETWEEN_FIRST_READS : BETWEEN_READS, triedAt, now);
        }

        private static boolean isWithin(Duration duration, Instant since, Instant now) {
            return since.isAfter(Instant.MIN) && now.isBefore(since.plus(duration));
        }
    }

    /** The keys of one issuer. */
    private final class KeySet {
        private final OidcIssuer issuer;
        private final OneRead<Known> oneRead = new OneRead<>();
        private volatile Known known = Known.NOTHING;

        KeySet(OidcIssuer issuer) {
            this.issuer = issuer;
        }

        /** Who has the key, if an old one, doesn't wait for those that are read meanwhile. */
        Optional<JsonWebKey> find(String keyId) {
            Instant now = clock.instant();
            Known last = known;
            if (!last.isEnough(keyId, now)) {
                Optional<Known> instead =
                        Optional.of(last).filter(one -> one.find(keyId).isPresent());
                last = oneRead.get(instead, () -> known.isEnough(keyId, now) ? known : read(now));
            }
            if (last.keys().isEmpty()) {
                throw new LoginUnavailableException("the keys of issuer '" + issuer.alias() + "' can't be read", null);
            }
            return last.find(keyId);
        }

        private Known read(Instant now) {
            try {
                known = new Known(
                        parse(issuer.jwks().isPresent() ? issuer.jwks().get() : documents.jwks(issuer)), now, now);
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "the keys of issuer ''{0}'' can''t be read: {1}",
                        issuer.alias(),
                        e.getMessage());
                known = new Known(known.keys(), known.readAt(), now);
            }
            return known;
        }
    }
}
