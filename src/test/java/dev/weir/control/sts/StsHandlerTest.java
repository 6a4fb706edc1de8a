package dev.weir.control.sts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.AssumableRole;
import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.Caller;
import dev.weir.access.ControlKey;
import dev.weir.access.FailedLogins;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.PasswordVerifier;
import dev.weir.access.Principal;
import dev.weir.access.Roles;
import dev.weir.access.sigv4.ControlAccessKeys;
import dev.weir.access.sigv4.SdkSigner;
import dev.weir.access.sigv4.SignatureVerifier;
import dev.weir.access.sigv4.SignedRequest;
import dev.weir.access.token.IssuedAndControlKeys;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.SigningKeySet;
import dev.weir.access.token.SigningKeysDocument;
import dev.weir.control.ControlRequest;
import dev.weir.control.ControlResponse;
import dev.weir.control.RegistryIdentity;
import dev.weir.fake.MovableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class StsHandlerTest {
    private static final RegistryIdentity REGISTRY =
            new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));
    private static final SigningKeySet KEYS =
            SigningKeysDocument.parse("{\"k1\":\"0123456789abcdef0123456789abcdef\"}");
    private static final Principal ALICE = new Principal("oidc:github:alice", Map.of("oidc:sub", List.of("alice")));
    private static final Principal CI = new Principal("arn:aws:iam::111122223333:role/weir/ci", ALICE.keys());
    private static final Roles ROLES = (name, identity) -> name.equals("ci") && identity.equals(ALICE)
            ? Optional.of(new AssumableRole(CI, Duration.ofHours(2)))
            : Optional.empty();
    private static final String FORM = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
            + "&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fweir%2Fci&RoleSessionName=build-1&WebIdentityToken=alices";

    /** Knows the token of one identity, or none at all. */
    private static final PasswordVerifier IDENTITIES = new PasswordVerifier() {
        @Override
        public boolean isFor(BasicCredentials credentials) {
            return credentials.username().equals("oidc");
        }

        @Override
        public String claimedName(BasicCredentials credentials) {
            return "";
        }

        @Override
        public Optional<Principal> verify(BasicCredentials credentials, String registryHost) {
            if (credentials.password().equals("unavailable")) {
                throw new LoginUnavailableException("the issuer is down", new IOException());
            }
            return Optional.of(ALICE)
                    .filter(alice ->
                            credentials.password().equals("alices") && registryHost.equals("weir.example.org"));
        }
    };

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-25T10:00:00Z"));
    private final Sessions sessions = new Sessions(new SignedTokens(() -> KEYS, clock), clock);
    private final SignatureVerifier signatures = new SignatureVerifier(
            new IssuedAndControlKeys(
                    sessions,
                    new ControlAccessKeys(
                            () -> Map.of("OPS", new ControlKey("weir-local-secret", "ops", Caller.Role.ADMIN)))),
            clock);
    private final StsHandler sts = new StsHandler(
            signatures,
            new WebIdentitySignIn(new Authenticator(List.of(IDENTITIES), new FailedLogins(clock)), ROLES, sessions),
            REGISTRY);

    private static SignedRequest unsigned(String form) {
        return new SignedRequest(
                "POST",
                "/sts/",
                "",
                Map.of("content-type", List.of("application/x-www-form-urlencoded")),
                form.getBytes(StandardCharsets.UTF_8));
    }

    private ControlResponse answer(SignedRequest request) {
        return sts.handle(new ControlRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                request.headers(),
                request.body(),
                "192.0.2.1",
                "request-1"));
    }

    private static String text(ControlResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private String identityOf(AwsCredentialsIdentity keys) {
        return text(answer(new SdkSigner(keys, "sts", "us-east-1", clock)
                .sign(unsigned("Action=GetCallerIdentity&Version=2011-06-15"))));
    }

    private static String element(String name, String xml) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void aControlKeysCallerHasAnArnOfTheStacksAccount() {
        assertThat(identityOf(AwsCredentialsIdentity.create("OPS", "weir-local-secret")))
                .isEqualTo("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                        + "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/weir/key/ops</Arn>"
                        + "<UserId>key/ops</UserId><Account>111122223333</Account></GetCallerIdentityResult>"
                        + "<ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata>"
                        + "</GetCallerIdentityResponse>");
    }

    @Test
    void anIdentityThatTheRoleTrustsGetsItsKeys() {
        ControlResponse response = answer(unsigned(FORM));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Content-Type", "text/xml");
        String xml = text(response);
        assertThat(xml)
                .contains("<SubjectFromWebIdentityToken>oidc:github:alice</SubjectFromWebIdentityToken>")
                .contains("<Audience>weir.example.org</Audience>")
                .contains("<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/weir/ci/build-1</Arn>"
                        + "<AssumedRoleId>ci:build-1</AssumedRoleId></AssumedRoleUser>")
                .contains("<Expiration>2026-11-25T11:00:00Z</Expiration>");
        AwsSessionCredentialsIdentity keys = AwsSessionCredentialsIdentity.create(
                element("AccessKeyId", xml), element("SecretAccessKey", xml), element("SessionToken", xml));
        assertThat(identityOf(keys))
                .contains("<Arn>arn:aws:sts::111122223333:assumed-role/weir/ci/build-1</Arn>")
                .contains("<Account>111122223333</Account>");
        clock.advance(Duration.ofHours(1));
        assertThat(identityOf(keys)).contains("<Code>ExpiredToken</Code>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alices | eves | 400 | InvalidIdentityToken | for the audience 'weir.example.org'",
                "alices | k8s-aws-v1.eves | 400 | InvalidIdentityToken | is not accepted",
                "alices | unavailable | 400 | IDPCommunicationError | try again",
                "alices | `` | 400 | ValidationError | 'WebIdentityToken'",
                "&WebIdentityToken=alices | `` | 400 | ValidationError | 'WebIdentityToken'",
                "weir%2Fci | weir%2Fother | 403 | AccessDenied | has to allow oidc:github:alice",
                "111122223333 | 999999999999 | 403 | AccessDenied | arn:aws:iam::999999999999:role/weir/ci",
                "aws%3Aiam | aws-cn%3Aiam | 403 | AccessDenied | trust policy",
                "weir%2Fci | ci | 400 | ValidationError | 'RoleArn'",
                "weir%2Fci | weir%2Fa%2Fb | 400 | ValidationError | 'RoleArn'",
                "build-1 | b | 400 | ValidationError | 'RoleSessionName'",
                "build-1 | a%20b | 400 | ValidationError | 'RoleSessionName'",
                "build-1 | build-1&DurationSeconds=899 | 400 | ValidationError | 900 to 43200",
                "build-1 | build-1&DurationSeconds=43201 | 400 | ValidationError | 900 to 43200",
                "build-1 | build-1&DurationSeconds=1e3 | 400 | ValidationError | 900 to 43200",
                "build-1 | build-1&DurationSeconds=7201 | 400 | ValidationError | up to 7200",
                "build-1 | build-1&Policy=%7B%7D | 400 | ValidationError | 'Policy' is not supported",
                "build-1 | build-1&PolicyArns.member.1.arn=a | 400 | ValidationError | is not supported",
                "build-1 | build-1&RoleSessionName=c | 400 | MalformedQueryString | given twice",
                "2011-06-15 | 2010-01-01 | 400 | InvalidAction | 'Version'",
                "AssumeRoleWithWebIdentity | AssumeRole | 400 | InvalidAction | only",
                "Action | Act | 400 | MissingAction | 'Action'",
            })
    void aCallThatIsNotAllowedIsToldWhatIs(String part, String other, int status, String code, String message) {
        ControlResponse response =
                answer(unsigned(FORM.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(other))));
        assertThat(response.status()).isEqualTo(status);
        assertThat(text(response))
                .startsWith(
                        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
                                + "<Code>" + code + "</Code>")
                .contains(message)
                .doesNotContain("eves")
                .endsWith("</Error><RequestId>request-1</RequestId></ErrorResponse>");
    }

    @Test
    void aTokenIsAtMost20000Characters() {
        ControlResponse response = answer(unsigned(FORM.replace("alices", "a".repeat(20_001))));
        assertThat(text(response)).contains("<Code>ValidationError</Code>").contains("20000 characters");
        assertThat(text(answer(unsigned(FORM.replace("alices", "a".repeat(20_000))))))
                .contains("<Code>InvalidIdentityToken</Code>");
    }

    @Test
    void tooManyWrongTokensOfOneAddressAreThrottled() {
        for (int i = 0; i < 30; i++) {
            answer(unsigned(FORM.replace("alices", "guess-" + i)));
        }
        assertThat(text(answer(unsigned(FORM)))).contains("<Code>Throttling</Code>");
    }

    @ParameterizedTest
    @CsvSource({
        "OPS, another-secret, sts, 403, SignatureDoesNotMatch",
        "EVE, weir-local-secret, sts, 403, InvalidClientTokenId",
        "OPS, weir-local-secret, ecr, 403, SignatureDoesNotMatch",
    })
    void aSignatureThatIsWrongIsToldInStsWords(String id, String secret, String service, int status, String code) {
        ControlResponse response =
                answer(new SdkSigner(AwsCredentialsIdentity.create(id, secret), service, "us-east-1", clock)
                        .sign(unsigned("Action=GetCallerIdentity&Version=2011-06-15")));
        assertThat(response.status()).isEqualTo(status);
        assertThat(text(response)).contains("<Code>" + code + "</Code>");
    }

    @Test
    void anUnsignedGetCallerIdentityIsToldToSign() {
        ControlResponse response = answer(unsigned("Action=GetCallerIdentity&Version=2011-06-15"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(text(response)).contains("<Code>MissingAuthenticationToken</Code>");
    }

    @Test
    void whatXmlCanNotHoldIsEscaped() {
        ControlResponse response = StsXml.error(StsException.Code.VALIDATION_ERROR, "<a href=\"x\">&\u0000é", "r");
        assertThat(text(response)).contains("<Message>&lt;a href=&quot;x&quot;&gt;&amp;??</Message>");
    }
}
