package dev.weir.access.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.access.BasicCredentials;
import dev.weir.access.Fingerprint;
import dev.weir.access.PasswordVerifier;
import dev.weir.access.Principal;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/**
 * Verifies that the password of user {@code oidc} is a JWT of a known issuer, made for this registry.
 *
 * <p>Checks: RS256, ES256 or EdDSA, by a key of the issuer that is for this algorithm; {@code iss} character by character; {@code aud}
 * holds the registry's host; {@code exp} is there; {@code exp}, {@code nbf} and {@code iat} with 60 s of difference between clocks; {@code
 * sub} is there.
 *
 * <p>Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725, JSON Web Token best current practices.
 */
public final class OidcLogins implements PasswordVerifier {
    public static final String USERNAME = "oidc";

    private static final int CLOCK_DIFFERENCE_SECONDS = 60;
    private static final int MAX_REMEMBERED = 10_000;
    private static final Pattern SUBJECT = Pattern.compile("[\\x20-\\x7e]{1,255}");
    private static final Logger LOG = System.getLogger(OidcLogins.class.getName());

    private record Known(OidcIssuer issuer, Principal principal, Instant expiresAt) {}

    private final Supplier<List<OidcIssuer>> issuers;
    private final IssuerKeys keys;
    private final Clock clock;
    private final Cache<Fingerprint, Known> known;

    public OidcLogins(Supplier<List<OidcIssuer>> issuers, IssuerDocuments documents, Clock clock) {
        this.issuers = issuers;
        this.keys = new IssuerKeys(documents, clock);
        this.clock = clock;
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(Duration.ofMinutes(10))
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    /** A user may be called so too: only what looks like a JWT is one. */
    @Override
    public boolean isFor(BasicCredentials credentials) {
        return credentials.username().equals(USERNAME) && credentials.password().startsWith("ey");
    }

    /** None: whom a token names is not known before it is verified, which is cheap. */
    @Override
    public String claimedName(BasicCredentials credentials) {
        return "";
    }

    @Override
    public Optional<Principal> remembered(BasicCredentials credentials, String registryHost) {
        return Optional.ofNullable(known.getIfPresent(Fingerprint.of(registryHost, credentials.password())))
                .filter(one -> clock.instant().isBefore(one.expiresAt()))
                .filter(one -> issuers.get().contains(one.issuer()))
                .map(Known::principal);
    }

    @Override
    public Optional<Principal> verify(BasicCredentials credentials, String registryHost) {
        Optional<TokenHeader> header =
                registryHost.isEmpty() ? Optional.empty() : TokenHeader.find(credentials.password());
        return header.flatMap(found -> issuers.get().stream()
                .filter(issuer -> issuer.issuer().toString().equals(found.issuer()))
                .findFirst()
                .flatMap(issuer -> verified(issuer, found, credentials.password(), registryHost)));
    }

    private Optional<Principal> verified(OidcIssuer issuer, TokenHeader header, String token, String registryHost) {
        Optional<JsonWebKey> key = keys.find(issuer, header.keyId()).filter(found -> isFor(header, found));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            JwtClaims claims = claims(issuer, key.get(), header, token, registryHost);
            Optional<Principal> principal = principal(issuer, claims);
            Instant expiresAt = Instant.ofEpochSecond(claims.getExpirationTime().getValue());
            principal.ifPresent(
                    named -> known.put(Fingerprint.of(registryHost, token), new Known(issuer, named, expiresAt)));
            return principal;
        } catch (InvalidJwtException | MalformedClaimException e) {
            return Optional.empty();
        }
    }

    /** A key that says what it is for is for nothing else. */
    private static boolean isFor(TokenHeader header, JsonWebKey key) {
        return (key.getAlgorithm() == null || key.getAlgorithm().equals(header.algorithm()))
                && (key.getUse() == null || key.getUse().equals("sig"));
    }

    private JwtClaims claims(OidcIssuer issuer, JsonWebKey key, TokenHeader header, String token, String registryHost)
            throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setVerificationKey(key.getKey())
                .setJwsAlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, header.algorithm())
                .setExpectedIssuer(issuer.issuer().toString())
                .setExpectedAudience(registryHost)
                .setRequireSubject()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_DIFFERENCE_SECONDS)
                .setIssuedAtRestrictions(0, Integer.MAX_VALUE)
                .setEvaluationTime(NumericDate.fromSeconds(clock.instant().getEpochSecond()))
                .build()
                .processToClaims(token);
    }

    private static Optional<Principal> principal(OidcIssuer issuer, JwtClaims claims) throws MalformedClaimException {
        String subject = claims.getSubject();
        Optional<Map<String, List<String>>> conditionKeys = ClaimKeys.of(issuer, claims.getClaimsMap());
        if (conditionKeys.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "a token of issuer ''{0}'' is rejected: it has more claims than can be handed on",
                    issuer.alias());
        }
        return conditionKeys
                .filter(keys -> SUBJECT.matcher(subject).matches())
                .map(keys -> new Principal("oidc:" + issuer.alias() + ":" + subject, keys));
    }
}
