package dev.weir.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.access.Caller;
import dev.weir.access.ControlKey;
import dev.weir.access.Principal;
import dev.weir.access.sigv4.ControlAccessKeys;
import dev.weir.access.sigv4.SdkSigner;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.access.sigv4.SignatureVerifier;
import dev.weir.access.sigv4.SignedRequest;
import dev.weir.fake.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SessionsTest {
    private static final Principal ROLE =
            new Principal("arn:aws:iam::111122223333:role/weir/ci", Map.of("oidc:sub", List.of("repo:acme/app")));
    private static final SigningKeySet KEYS =
            SigningKeysDocument.parse("{\"k1\":\"0123456789abcdef0123456789abcdef\"}");

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T10:00:00Z"));
    private final SignedTokens tokens = new SignedTokens(() -> KEYS, clock);
    private final Sessions sessions = new Sessions(tokens, clock);
    private final SignatureVerifier verifier = new SignatureVerifier(
            new IssuedAndControlKeys(
                    sessions,
                    new ControlAccessKeys(
                            () -> Map.of("weir", new ControlKey("weir-local-secret", "weir", Caller.Role.ADMIN)))),
            clock);

    private SignedRequest signed(String id, String secret, String token) {
        SignedRequest request = new SignedRequest("POST", "/ecr", "", Map.of(), new byte[0]);
        return new SdkSigner(AwsSessionCredentialsIdentity.create(id, secret, token), "ecr", "eu-west-1", clock)
                .sign(request);
    }

    private SignedRequest signed(SessionCredentials keys) {
        return signed(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }

    private Optional<String> failureOf(SignedRequest request) {
        return Optional.ofNullable(
                        catchThrowableOfType(SignatureException.class, () -> verifier.verify(request, "ecr")))
                .map(SignatureException::code);
    }

    @Test
    void whatIsSignedWithASessionsKeysIsItsPrincipals() {
        SessionCredentials keys = sessions.issue(ROLE, Duration.ofHours(1));
        assertThat(keys.accessKeyId()).matches("WEIR[0-9A-F]{16}");
        assertThat(verifier.verify(signed(keys), "ecr")).isEqualTo(new Caller(ROLE, Caller.Role.DERIVED));
    }

    @Test
    void aSessionThatIsOverIsTold() {
        SessionCredentials keys = sessions.issue(ROLE, Duration.ofHours(1));
        clock.advance(Duration.ofHours(1));
        assertThat(failureOf(signed(keys))).contains("ExpiredTokenException");
    }

    @Test
    void theIdTheSecretAndTheTokenBelongTogether() {
        SessionCredentials keys = sessions.issue(ROLE, Duration.ofHours(1));
        SessionCredentials others = sessions.issue(Principal.user("alice"), Duration.ofHours(1));
        assertThat(failureOf(signed(others.accessKeyId(), keys.secretAccessKey(), keys.sessionToken())))
                .contains("UnrecognizedClientException");
        assertThat(failureOf(signed(keys.accessKeyId(), others.secretAccessKey(), keys.sessionToken())))
                .contains("InvalidSignatureException");
        assertThat(failureOf(signed(keys.accessKeyId(), keys.secretAccessKey(), others.sessionToken())))
                .contains("UnrecognizedClientException");
        assertThat(failureOf(signed(keys.accessKeyId(), keys.secretAccessKey(), "weir-v1.k1.e30.x")))
                .contains("UnrecognizedClientException");
    }

    @Test
    void aPasswordIsNotASessionToken() {
        String password =
                tokens.issue(TokenKind.PASSWORD, ROLE, Duration.ofHours(1)).text();
        SessionCredentials keys = sessions.issue(ROLE, Duration.ofHours(1));
        assertThat(failureOf(signed(keys.accessKeyId(), keys.secretAccessKey(), password)))
                .contains("UnrecognizedClientException");
    }

    @Test
    void credentialsPrintWithoutWhatIsSecret() {
        SessionCredentials keys = sessions.issue(ROLE, Duration.ofHours(1));
        assertThat(keys.toString()).doesNotContain(keys.secretAccessKey()).doesNotContain(keys.sessionToken());
    }
}
