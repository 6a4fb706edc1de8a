package dev.weir.access.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.ClientAddress;
import dev.weir.access.FailedLogins;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.Principal;
import dev.weir.access.Source;
import dev.weir.access.oidc.OidcIssuer;
import dev.weir.access.oidc.OidcLogins;
import dev.weir.fake.FakeIssuer;
import dev.weir.fake.MovableClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of an issuer that is found by discovery on a real socket. */
class OidcLoginIT {
    private static final String REGISTRY = "weir.example.org";
    private static final Source HERE = new Source(ClientAddress.of("203.0.113.7"), REGISTRY);
    private static final OidcIssuer GITHUB = new OidcIssuer("github", URI.create(FakeIssuer.ISSUER), Optional.empty());

    private final FakeIssuer issuer = new FakeIssuer();
    private final MovableClock clock = new MovableClock();
    private volatile List<OidcIssuer> issuers = List.of(GITHUB);
    private final Authenticator authenticator = new Authenticator(
            List.of(new OidcLogins(() -> issuers, new HttpIssuerDocuments(issuer.client()), clock)),
            new FailedLogins(clock));

    @AfterEach
    void close() {
        issuer.close();
    }

    private JwtClaims claims() {
        return FakeIssuer.claims(REGISTRY, now());
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private Optional<Principal> login(String token) {
        return login(token, HERE);
    }

    private Optional<Principal> login(String token, Source source) {
        return authenticator.authenticate(new BasicCredentials("oidc", token), source);
    }

    @Test
    void aTokenNamesItsSubjectAndItsClaimsAreConditionKeys() {
        Principal principal = login(issuer.token(claims())).orElseThrow();
        assertThat(principal.name()).isEqualTo("oidc:github:repo:acme/app:ref:refs/heads/main");
        assertThat(principal.keys())
                .isEqualTo(Map.of(
                        "aws:FederatedProvider", List.of("issuer.example.org"),
                        "issuer.example.org:sub", List.of("repo:acme/app:ref:refs/heads/main"),
                        "issuer.example.org:aud", List.of(REGISTRY),
                        "oidc:iss", List.of(FakeIssuer.ISSUER),
                        "oidc:sub", List.of("repo:acme/app:ref:refs/heads/main"),
                        "oidc:aud", List.of(REGISTRY),
                        "oidc:repository", List.of("acme/app"),
                        "oidc:ref", List.of("refs/heads/main")));
    }

    @Test
    void aServiceAccountsNamespaceIsAConditionKey() {
        JwtClaims claims = claims();
        claims.setClaim("kubernetes.io", Map.of("namespace", "prod", "serviceaccount", Map.of("name", "web")));
        claims.setStringListClaim("groups", "a", "b");
        assertThat(login(issuer.token(claims)).orElseThrow().keys())
                .containsEntry("oidc:kubernetes.io/namespace", List.of("prod"))
                .containsEntry("oidc:kubernetes.io/serviceaccount/name", List.of("web"))
                .containsEntry("oidc:groups", List.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void takesTheThreeAlgorithms(String algorithm) {
        PublicJsonWebKey key = issuer.addKey(algorithm, "key-2");
        assertThat(login(FakeIssuer.token(claims(), algorithm, key))).isPresent();
    }

    static Stream<Arguments> wrongClaims() {
        return Stream.of(
                row("another issuer", (claims, now) -> claims.setIssuer("https://issuer.example.com")),
                row("the issuer with a slash", (claims, now) -> claims.setIssuer(FakeIssuer.ISSUER + "/")),
                row("no issuer", (claims, now) -> claims.unsetClaim("iss")),
                row("another audience", (claims, now) -> claims.setAudience("sts.amazonaws.com")),
                row("no audience", (claims, now) -> claims.unsetClaim("aud")),
                row("expired", (claims, now) -> claims.setExpirationTime(NumericDate.fromSeconds(now - 61))),
                row("no expiry", (claims, now) -> claims.unsetClaim("exp")),
                row("not yet", (claims, now) -> claims.setNotBefore(NumericDate.fromSeconds(now + 61))),
                row("issued ahead", (claims, now) -> claims.setIssuedAt(NumericDate.fromSeconds(now + 61))),
                row("no subject", (claims, now) -> claims.unsetClaim("sub")),
                row("a subject of two lines", (claims, now) -> claims.setSubject("a\nb")),
                row("a subject too long", (claims, now) -> claims.setSubject("a".repeat(256))),
                row("a claim too long", (claims, now) -> claims.setClaim("x", "a".repeat(513))),
                row("too many claims", (claims, now) -> {
                    for (int i = 0; i < 64; i++) {
                        claims.setClaim("c" + i, "x");
                    }
                }),
                row("an expiry that is text", (claims, now) -> claims.setClaim("exp", "tomorrow")));
    }

    private static Arguments row(String what, BiConsumer<JwtClaims, Long> change) {
        return Arguments.of(what, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongClaims")
    void refuses(String what, BiConsumer<JwtClaims, Long> change) {
        JwtClaims claims = claims();
        change.accept(claims, now());
        assertThat(login(issuer.token(claims))).as(what).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"exp, -59", "nbf, 59", "iat, 59"})
    void clocksMayDifferByAMinute(String claim, long seconds) {
        JwtClaims claims = claims();
        claims.setClaim(claim, now() + seconds);
        assertThat(login(issuer.token(claims))).isPresent();
    }

    @Test
    void anotherAudienceAmongSeveralIsFine() {
        JwtClaims claims = claims();
        claims.setAudience("sts.amazonaws.com", REGISTRY);
        assertThat(login(issuer.token(claims))).isPresent();
    }

    @Test
    void anAlgorithmIsNeverTakenByTheTokensWord() throws Exception {
        String[] parts = issuer.token(claims()).split("\\.", -1);
        String none = base64("{\"alg\":\"none\",\"kid\":\"rsa-1\"}") + "." + parts[1] + ".";
        JsonWebSignature hmac = new JsonWebSignature();
        hmac.setPayload(claims().toJson());
        hmac.setAlgorithmHeaderValue("HS256");
        hmac.setKeyIdHeaderValue("rsa-1");
        hmac.setKey(new HmacKey(issuer.key(0).getPublicKey().getEncoded()));
        String otherHeader = base64("{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}") + "." + parts[1] + "." + parts[2];
        for (String token : List.of(none, hmac.getCompactSerialization(), otherHeader)) {
            assertThat(login(token)).isEmpty();
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTamperedTokenAndOneOfAForeignKeyAreRefused() {
        String[] parts = issuer.token(claims()).split("\\.", -1);
        JwtClaims other = claims();
        other.setSubject("repo:evil/app");
        assertThat(login(parts[0] + "." + base64(other.toJson()) + "." + parts[2]))
                .isEmpty();
        try (FakeIssuer foreign = new FakeIssuer()) {
            assertThat(login(foreign.token(claims()))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ey", "ey.ey.ey", "ey..", "eyJhbGciOiJSUzI1NiJ9.e30.x", "ey!.a.b", "eyJ.a.b.c.d"})
    void whatIsNotATokenCostsNoCall(String text) {
        assertThat(login(text)).isEmpty();
        assertThat(issuer.keySetReads()).isZero();
    }

    @Test
    void aTokenIsForOneRegistry() {
        String token = issuer.token(claims());
        assertThat(login(token)).isPresent();
        assertThat(login(token, new Source(HERE.address(), "other.example.org")))
                .isEmpty();
        assertThat(login(token, new Source(HERE.address(), ""))).isEmpty();
    }

    @Test
    void aTokenIsForgottenWithItsIssuer() {
        String token = issuer.token(claims());
        assertThat(login(token)).isPresent();
        issuers = List.of();
        assertThat(login(token)).isEmpty();
    }

    @Test
    void aTokenThatWasRightIsWrongWhenItHasExpired() {
        String token = issuer.token(claims());
        assertThat(login(token)).isPresent();
        clock.advance(Duration.ofMinutes(7));
        assertThat(login(token)).isEmpty();
    }

    @Test
    void keysAreReadOnceAnHour() {
        for (int i = 0; i < 12; i++) {
            assertThat(login(issuer.token(claims()))).isPresent();
            clock.advance(Duration.ofMinutes(5));
        }
        assertThat(issuer.keySetReads()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(login(issuer.token(claims()))).isPresent();
        assertThat(issuer.keySetReads()).isEqualTo(2);
    }

    @Test
    void anUnknownKeyReadsTheKeysAgainAtMostOnceAMinute() {
        assertThat(login(issuer.token(claims()))).isPresent();
        PublicJsonWebKey key = issuer.addKey("RS256", "rsa-2");
        assertThat(login(FakeIssuer.token(claims(), "RS256", key))).isEmpty();
        assertThat(issuer.keySetReads()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        assertThat(login(FakeIssuer.token(claims(), "RS256", key))).isPresent();
        for (int i = 0; i < 5; i++) {
            key.setKeyId("unknown-" + i);
            assertThat(login(FakeIssuer.token(claims(), "RS256", key))).isEmpty();
        }
        assertThat(issuer.keySetReads()).isEqualTo(2);
    }

    @Test
    void whileTheIssuerIsDownItsLastKeysServe() {
        assertThat(login(issuer.token(claims()))).isPresent();
        issuer.answerStatus(500);
        clock.advance(Duration.ofHours(3));
        assertThat(login(issuer.token(claims()))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 500})
    void anIssuerThatDoesNotAnswerIsNotTakenForAWrongToken(int status) {
        issuer.answerStatus(status);
        assertThatExceptionOfType(LoginUnavailableException.class)
                .isThrownBy(() -> login(issuer.token(claims())))
                .withMessageContaining("'github'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"https://issuer.example.org/keys\"}",
                "{\"issuer\":\"https://issuer.example.org\",\"jwks_uri\":\"http://issuer.example.org/keys\"}",
                "{\"issuer\":\"https://issuer.example.org\",\"jwks_uri\":\"file:///etc/passwd\"}",
                "{\"issuer\":\"https://issuer.example.org\"}",
                "[]",
                "no json"
            })
    void aConfigurationThatIsNotTheIssuersOpensNothing(String json) {
        issuer.answerConfiguration(json);
        assertThatExceptionOfType(LoginUnavailableException.class).isThrownBy(() -> login(issuer.token(claims())));
        assertThat(issuer.keySetReads()).isZero();
    }

    @Test
    void aKeySetOverTheBoundIsNotRead() {
        issuer.answerKeySet("{\"keys\":[" + " ".repeat(64 * 1024) + "]}");
        assertThatExceptionOfType(LoginUnavailableException.class).isThrownBy(() -> login(issuer.token(claims())));
    }

    @Test
    void keysThatArePastedInNeedNoIssuer() {
        issuers = List.of(new OidcIssuer("github", GITHUB.issuer(), Optional.of(issuer.jwks())));
        issuer.answerStatus(500);
        assertThat(login(issuer.token(claims()))).isPresent();
        assertThat(issuer.keySetReads()).isZero();
    }
}
