package dev.weir.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.access.Principal;
import dev.weir.fake.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SignedTokensTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Principal CI = new Principal(
            "oidc:github:repo:acme/app", Map.of("oidc:sub", List.of("repo:acme/app"), "oidc:aud", List.of("a", "b")));

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T10:00:00Z"));
    private SigningKeySet keys = set("{\"k1\":\"" + SECRET + "\"}");
    private final SignedTokens tokens = new SignedTokens(() -> keys, clock);

    private static SigningKeySet set(String text) {
        return SigningKeysDocument.parse(text);
    }

    private String password() {
        return tokens.issue(TokenKind.PASSWORD, CI, SignedTokens.LONGEST).text();
    }

    @Test
    void aTokenSaysWhoItWasIssuedToForTwelveHours() {
        IssuedToken token = tokens.issue(TokenKind.PASSWORD, CI, SignedTokens.LONGEST);
        assertThat(token.expiresAt()).isEqualTo("2026-11-25T22:00:00Z");
        assertThat(SignedTokens.isToken(token.text())).isTrue();
        clock.advance(Duration.ofHours(12).minusMillis(1));
        assertThat(tokens.verify(TokenKind.PASSWORD, token.text())).hasValueSatisfying(claims -> {
            assertThat(claims.principal()).isEqualTo(CI);
            assertThat(claims.issuedAt()).isEqualTo("2026-11-25T10:00:00Z");
        });
        clock.advance(Duration.ofMillis(1));
        assertThat(tokens.verify(TokenKind.PASSWORD, token.text())).isEmpty();
    }

    @Test
    void noTokenLivesLongerThanTwelveHours() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.issue(
                        TokenKind.PASSWORD, CI, Duration.ofHours(12).plusSeconds(1)))
                .withMessageContaining("PT12H");
    }

    @Test
    void aTokenOfOneKindIsNotOneOfTheOther() {
        assertThat(tokens.verify(TokenKind.SESSION, password())).isEmpty();
        String session =
                tokens.issue(TokenKind.SESSION, CI, Duration.ofHours(1)).text();
        assertThat(tokens.verify(TokenKind.PASSWORD, session)).isEmpty();
    }

    @Test
    void aTokenOutlivesTheRotationOfItsKeyUntilTheKeyIsRemoved() {
        String old = password();
        String both = "{\"k1\":\"" + SECRET + "\",\"k2\":{\"secret\":\"x" + SECRET
                + "\",\"createdAt\":\"2026-11-25T10:00:00Z\"}}";
        keys = set(both);
        clock.advance(Duration.ofMinutes(2));
        String fresh = password();
        assertThat(fresh).startsWith("weir-v1.k2.");
        assertThat(tokens.verify(TokenKind.PASSWORD, old)).isPresent();
        assertThat(tokens.verify(TokenKind.PASSWORD, fresh)).isPresent();
        keys = set(both.replaceFirst("\"k1\":\"[^\"]*\",", ""));
        assertThat(tokens.verify(TokenKind.PASSWORD, old)).isEmpty();
        assertThat(tokens.verify(TokenKind.PASSWORD, fresh)).isPresent();
    }

    @Test
    void aKeyOfTheSameIdWithAnotherSecretVerifiesNothing() {
        String old = password();
        keys = set("{\"k1\":\"x" + SECRET + "\"}");
        assertThat(tokens.verify(TokenKind.PASSWORD, old)).isEmpty();
    }

    @Test
    void notBeforeRevokesOnePrincipalsOlderTokens() {
        String old = password();
        String other = tokens.issue(TokenKind.PASSWORD, Principal.user("alice"), SignedTokens.LONGEST)
                .text();
        clock.advance(Duration.ofMinutes(5));
        keys = set("{\"k1\":\"" + SECRET + "\",\"notBefore\":{\"" + CI.name() + "\":\"2026-11-25T10:05:00Z\"}}");
        assertThat(tokens.verify(TokenKind.PASSWORD, old)).isEmpty();
        assertThat(tokens.verify(TokenKind.PASSWORD, other)).isPresent();
        assertThat(tokens.verify(TokenKind.PASSWORD, password())).isPresent();
    }

    @Test
    void aPrincipalWithTooManyKeysIsNamed() {
        Principal large = new Principal("oidc:a:b", Map.of("oidc:groups", List.of("g".repeat(6000))));
        assertThatExceptionOfType(TokenTooLargeException.class)
                .isThrownBy(() -> tokens.issue(TokenKind.PASSWORD, large, Duration.ofHours(1)))
                .withMessageContaining("'oidc:a:b'")
                .withMessageContaining("6000");
    }

    @Test
    void anIssuedTokenPrintsWithoutItsText() {
        IssuedToken token = tokens.issue(TokenKind.PASSWORD, CI, Duration.ofHours(1));
        assertThat(token.toString()).doesNotContain(token.text());
    }

    /** Also the last character, of whose six bits two are not in the signature. */
    @Property(tries = 300)
    void aTokenWithAnyOtherCharacterIsNotOne(
            @ForAll @IntRange(max = 10_000) int at, @ForAll @CharRange(from = '!', to = '~') char other) {
        String token = password();
        int place = at % token.length();
        String changed = token.substring(0, place) + other + token.substring(place + 1);
        assertThat(tokens.verify(TokenKind.PASSWORD, changed).isPresent()).isEqualTo(changed.equals(token));
    }

    @Property(tries = 200)
    void anyTextIsNoTokenAndNoFailure(@ForAll String text) {
        assertThat(tokens.verify(TokenKind.PASSWORD, text)).isEmpty();
        assertThat(tokens.verify(TokenKind.PASSWORD, "weir-v1.k1." + text)).isEmpty();
    }
}
