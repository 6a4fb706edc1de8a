package dev.weir.access.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.access.Caller;
import dev.weir.access.ControlKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

class SignatureVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final ControlKey KEY = new ControlKey("weir-local-secret", "ops", Caller.Role.ADMIN);
    private static final AccessKeys KEYS = new ControlAccessKeys(() -> Map.of("weir", KEY));
    private static final SignatureVerifier VERIFIER = new SignatureVerifier(KEYS, CLOCK);

    private static SdkSigner signer(String service, Clock clock) {
        return new SdkSigner(
                AwsCredentialsIdentity.create("weir", "weir-local-secret"), service, "eu-central-1", clock);
    }

    private static SignedRequest unsigned() {
        return new SignedRequest(
                "POST",
                "/ecr",
                "",
                Map.of(
                        "content-type", List.of("application/x-amz-json-1.1"),
                        "x-amz-target", List.of("AmazonEC2ContainerRegistry_V20150921.DescribeRegistry")),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static SignedRequest signed() {
        return signer("ecr", CLOCK).sign(unsigned());
    }

    private static SignedRequest with(SignedRequest request, String header, String... values) {
        Map<String, List<String>> headers = new HashMap<>(request.headers());
        headers.put(header, List.of(values));
        return new SignedRequest(request.method(), request.rawPath(), request.rawQuery(), headers, request.body());
    }

    private static SignedRequest without(SignedRequest request, String header) {
        Map<String, List<String>> headers = new HashMap<>(request.headers());
        headers.remove(header);
        return new SignedRequest(request.method(), request.rawPath(), request.rawQuery(), headers, request.body());
    }

    private static String header(SignedRequest request, String name) {
        return request.headers().getOrDefault(name, List.of("")).get(0);
    }

    private static SignatureException failureOf(SignedRequest request) {
        return catchThrowableOfType(SignatureException.class, () -> VERIFIER.verify(request, "ecr"));
    }

    private static SignedRequest changed(String part, String replacement) {
        SignedRequest request = signed();
        String header = header(request, "authorization");
        assertThat(header).containsPattern(part);
        return with(request, "authorization", header.replaceFirst(part, replacement));
    }

    @Test
    void whatTheSdkSignsIsTheKeysCaller() {
        assertThat(VERIFIER.verify(signed(), "ecr")).isEqualTo(KEY.caller());
    }

    /** Recorded from {@code aws ecr describe-registry} 1.45 (botocore), which sends no hash of the body. */
    @Test
    void whatTheCliSignsIsTheKeysCaller() {
        SignedRequest recorded = new SignedRequest(
                "POST",
                "/ecr",
                "",
                Map.of(
                        "host", List.of("127.0.0.1:5999"),
                        "content-type", List.of("application/x-amz-json-1.1"),
                        "x-amz-target", List.of("AmazonEC2ContainerRegistry_V20150921.DescribeRegistry"),
                        "user-agent", List.of("aws-cli/1.45"),
                        "x-amz-date", List.of("20261125T163627Z"),
                        "authorization",
                                List.of(
                                        "AWS4-HMAC-SHA256 Credential=weir/20261125/eu-central-1/ecr/aws4_request,"
                                                + " SignedHeaders=content-type;host;x-amz-date;x-amz-target,"
                                                + " Signature=c1f47a678bf449e1cf2a2a5f087d9eae38c8587b156a4193fef5247b18fa4c31")),
                "{}".getBytes(StandardCharsets.UTF_8));
        SignatureVerifier then =
                new SignatureVerifier(KEYS, Clock.fixed(Instant.parse("2026-11-25T16:36:27Z"), ZoneOffset.UTC));
        assertThat(then.verify(recorded, "ecr")).isEqualTo(KEY.caller());
    }

    /** Version 2 of the CLI signs what it says of itself and of the attempt, too. */
    @Test
    void whatTheCliOfVersion2SignsIsTheKeysCaller() {
        SignedRequest request = unsigned();
        for (Map.Entry<String, String> header : Map.of(
                        "user-agent",
                                "aws-cli/2.31.0 md/awscrt#0.28.2 ua/2.1 os/linux#6.8 md/prompt#off md/command#ecr.describe-registry",
                        "amz-sdk-invocation-id", "2f0d5d1c-6c62-4a4e-9f0e-0f0c6a8b7d11",
                        "amz-sdk-request", "attempt=1; max=3")
                .entrySet()) {
            request = with(request, header.getKey(), header.getValue());
        }
        SignedRequest signed = signer("ecr", CLOCK).sign(request);
        assertThat(header(signed, "authorization")).contains("amz-sdk-request");
        assertThat(VERIFIER.verify(signed, "ecr")).isEqualTo(KEY.caller());
        assertThat(failureOf(with(signed, "amz-sdk-request", "attempt=2; max=3")))
                .hasMessageContaining("signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ecr", "/ecr/", "/sts/", "/a%20b/%C3%A9", "/a+b=c/~x", "/with:colon/@"})
    void anyPathIsVerifiedAsItWasSent(String path) {
        SignedRequest request = new SignedRequest("POST", path, "", Map.of(), new byte[0]);
        assertThat(VERIFIER.verify(signer("ecr", CLOCK).sign(request), "ecr")).isEqualTo(KEY.caller());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=1", "a=2&a=1", "a-b=1&a=2", "b=1&a=%20%2B%2F", "flag=", "A=1&a=%C3%A9&a.b=~"})
    void anyQueryIsVerifiedInCanonicalOrder(String query) {
        SignedRequest request = new SignedRequest("GET", "/sts", query, Map.of(), new byte[0]);
        assertThat(VERIFIER.verify(signer("ecr", CLOCK).sign(request), "ecr")).isEqualTo(KEY.caller());
    }

    @Test
    void valuesOfHeadersMayHoldSpaces() {
        SignedRequest spaced = with(unsigned(), "x-note", "  a   b  ");
        assertThat(VERIFIER.verify(signer("ecr", CLOCK).sign(spaced), "ecr")).isEqualTo(KEY.caller());
    }

    @Test
    void anyRegionIsAccepted() {
        SdkSigner elsewhere = new SdkSigner(
                AwsCredentialsIdentity.create("weir", "weir-local-secret"), "ecr", "us-gov-west-1", CLOCK);
        assertThat(VERIFIER.verify(elsewhere.sign(unsigned()), "ecr")).isEqualTo(KEY.caller());
    }

    static Stream<Arguments> tamperings() {
        List<Arguments> rows = new ArrayList<>();
        for (String header : List.of("host", "content-type", "x-amz-target")) {
            rows.add(Arguments.of(header + " changed", (UnaryOperator<SignedRequest>) r -> with(r, header, "other")));
            rows.add(Arguments.of(header + " removed", (UnaryOperator<SignedRequest>) r -> without(r, header)));
        }
        rows.add(Arguments.of(
                "date moved", (UnaryOperator<SignedRequest>) r -> with(r, "x-amz-date", "20261125T100001Z")));
        rows.add(Arguments.of("body", (UnaryOperator<SignedRequest>) r -> new SignedRequest(
                r.method(), r.rawPath(), r.rawQuery(), r.headers(), "{ }".getBytes(StandardCharsets.UTF_8))));
        rows.add(Arguments.of("path", (UnaryOperator<SignedRequest>)
                r -> new SignedRequest(r.method(), "/ecr/", r.rawQuery(), r.headers(), r.body())));
        rows.add(Arguments.of("query", (UnaryOperator<SignedRequest>)
                r -> new SignedRequest(r.method(), r.rawPath(), "a=1", r.headers(), r.body())));
        rows.add(Arguments.of("method", (UnaryOperator<SignedRequest>)
                r -> new SignedRequest("PUT", r.rawPath(), r.rawQuery(), r.headers(), r.body())));
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tamperings")
    void aChangedRequestDoesNotMatchItsSignature(String what, UnaryOperator<SignedRequest> tampering) {
        assertThat(failureOf(tampering.apply(signed())).code()).isEqualTo("InvalidSignatureException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eu-central-1 | us-east-1 | InvalidSignatureException",
                "/20261125/ | /20261124/ | InvalidSignatureException",
                "/ecr/ | /s3/ | InvalidSignatureException",
                "aws4_request | aws4_requesT | IncompleteSignatureException",
                "Credential=weir | Credential=nobody | UnrecognizedClientException",
                "Credential=weir | Credential=we/ir | IncompleteSignatureException",
                "SHA256 | SHA512 | IncompleteSignatureException",
                "AWS4-HMAC-SHA256 | Basic | MissingAuthenticationTokenException",
                "host;x-amz-content-sha256 | x-amz-content-sha256;host | IncompleteSignatureException",
                "host; | '' | IncompleteSignatureException",
                "x-amz-date; | '' | IncompleteSignatureException",
                "x-amz-date; | x-amz-date;x-amz-date; | IncompleteSignatureException",
                "x-amz-date; | x-amz-date;x-amz-security-token; | InvalidSignatureException",
                ";x-amz-target | '' | IncompleteSignatureException",
                "content-type; | '' | InvalidSignatureException",
                "content-type; | Content-Type; | IncompleteSignatureException",
                "Signature= | Signature=0 | IncompleteSignatureException",
                ".$ | g | IncompleteSignatureException",
                "$ | ' ' | IncompleteSignatureException",
                "SignedHeaders | Credential=a/20261125/b/ecr/aws4_request, SignedHeaders | IncompleteSignatureException",
            })
    void aChangedAuthorizationHeaderOpensNothing(String part, String replacement, String code) {
        assertThat(failureOf(changed(part, replacement)).code()).isEqualTo(code);
    }

    @Test
    void everyDigitOfTheSignatureCounts() {
        String header = header(signed(), "authorization");
        for (int i = header.length() - 64; i < header.length(); i++) {
            char other = header.charAt(i) == '0' ? '1' : '0';
            String changed = header.substring(0, i) + other + header.substring(i + 1);
            assertThat(failureOf(with(signed(), "authorization", changed)).code())
                    .isEqualTo("InvalidSignatureException");
        }
    }

    @Test
    void aRequestWithoutASignatureIsToldToSign() {
        assertThat(failureOf(unsigned()))
                .hasMessageContaining("Signature Version 4")
                .extracting(SignatureException::code)
                .isEqualTo("MissingAuthenticationTokenException");
    }

    @Test
    void aHeaderThatIsSentTwiceIsRejected() {
        String host = header(signed(), "host");
        assertThat(failureOf(with(signed(), "host", host, host)).code()).isEqualTo("InvalidSignatureException");
        String authorization = header(signed(), "authorization");
        assertThat(failureOf(with(signed(), "authorization", authorization, authorization))
                        .code())
                .isEqualTo("IncompleteSignatureException");
    }

    @Test
    void aTokenThatIsNotSignedIsRejected() {
        assertThat(failureOf(with(signed(), "x-amz-security-token", "token")).code())
                .isEqualTo("IncompleteSignatureException");
    }

    @Test
    void aTokenBesideAKeyWithoutSessionsIsNotKnown() {
        SdkSigner withToken = new SdkSigner(
                software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity.create(
                        "weir", "weir-local-secret", "token"),
                "ecr",
                "eu-central-1",
                CLOCK);
        assertThat(failureOf(withToken.sign(unsigned())).code()).isEqualTo("UnrecognizedClientException");
    }

    @ParameterizedTest
    @CsvSource({"-300, true", "-301, false", "300, true", "301, false"})
    void aSignatureIsGoodForFiveMinutes(int seconds, boolean good) {
        Clock theirs = Clock.offset(CLOCK, Duration.ofSeconds(seconds));
        SignedRequest request = signer("ecr", theirs).sign(unsigned());
        assertThat(Optional.ofNullable(failureOf(request)).map(SignatureException::code))
                .isEqualTo(good ? Optional.empty() : Optional.of("InvalidSignatureException"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "20261125", "20261125T100000", "2026-11-25T10:00:00Z", "20261325T100000Z", "20261125T240000Z"
            })
    void aDateThatCanNotBeReadIsRejected(String date) {
        assertThat(failureOf(with(signed(), "x-amz-date", date)).code()).isEqualTo("IncompleteSignatureException");
    }

    @Test
    void aSignatureForAnotherServiceIsRejected() {
        SignedRequest forSts = signer("sts", CLOCK).sign(unsigned());
        assertThat(VERIFIER.verify(forSts, "sts")).isEqualTo(KEY.caller());
        assertThat(failureOf(forSts)).hasMessageContaining("sign for 'ecr'");
    }

    @Test
    void theHashThatAClientSendsOfItsBodyIsNotTrusted() {
        SignedRequest request = signed();
        assertThat(request.headers()).containsKey("x-amz-content-sha256");
        SignedRequest other = new SignedRequest(
                "POST", "/ecr", "", request.headers(), "{\"force\":true}".getBytes(StandardCharsets.UTF_8));
        assertThat(failureOf(other).code()).isEqualTo("InvalidSignatureException");
    }

    @Test
    void noMessageHoldsTheSecretOrTheSignature() {
        SignedRequest request = with(signed(), "x-amz-target", "other");
        String header = header(request, "authorization");
        assertThat(failureOf(request).getMessage())
                .doesNotContain("weir-local-secret")
                .doesNotContain(header.substring(header.length() - 64));
        assertThat(KEY.toString()).doesNotContain("weir-local-secret");
        assertThat(request.toString()).doesNotContain(header);
    }
}
