package dev.weir.access.sigv4;

import dev.weir.access.Caller;
import dev.weir.access.HmacSha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Verifies that a request was signed with a key that is known, for this service and in these minutes. Any region is accepted.
 *
 * <p>Source: IAM user guide, "Create a signed AWS API request".
 */
public final class SignatureVerifier {
    private static final Duration MAX_SKEW = Duration.ofMinutes(5);
    private static final String DATE = "x-amz-date";
    private static final String TOKEN = "x-amz-security-token";
    private static final int MAX_TOKEN_LENGTH = 8192;
    private static final DateTimeFormatter ISO_BASIC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    /** Headers that decide what a request means; AWS adds others on the way, such as its trace id. */
    private static final List<String> SIGNED_WHERE_PRESENT =
            List.of(DATE, TOKEN, "x-amz-target", "x-amz-content-sha256");

    private final AccessKeys keys;
    private final Clock clock;

    public SignatureVerifier(AccessKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Who signed the request. Errors: {@link SignatureException} with the code and the message for the client.
     *
     * @param service that the signature has to be for: {@code ecr} or {@code sts}
     */
    public Caller verify(SignedRequest request, String service) {
        AuthorizationHeader header = AuthorizationHeader.parse(find(request, "authorization")
                .orElseThrow(() -> new SignatureException(
                        SignatureFailure.MISSING_AUTHENTICATION_TOKEN,
                        "the request has no Authorization header: sign it by Signature Version 4")));
        checkSignedHeaders(request, header);
        String date =
                find(request, DATE).orElseThrow(() -> incomplete("the request has no X-Amz-Date header: send it"));
        checkScope(header, date, service);
        AccessKey key = keys.get(header.accessKeyId(), sessionToken(request));
        String text = String.join(
                "\n",
                AuthorizationHeader.ALGORITHM,
                date,
                header.scope(),
                CanonicalRequest.sha256(
                        CanonicalRequest.of(request, header.signedHeaders()).getBytes(StandardCharsets.UTF_8)));
        if (!MessageDigest.isEqual(HmacSha256.of(signingKey(key.secret(), header), text), header.signature())) {
            throw invalid("the signature of the request does not match the one that was calculated: check the secret"
                    + " access key, and that nothing on the way changes the request");
        }
        return key.caller();
    }

    private static Optional<String> find(SignedRequest request, String name) {
        List<String> values = request.headers().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw incomplete("the header '" + name + "' was received " + values.size() + " times: send it once");
        }
        return values.stream().findFirst();
    }

    private static void checkSignedHeaders(SignedRequest request, AuthorizationHeader header) {
        Stream.concat(Stream.of("host"), SIGNED_WHERE_PRESENT.stream().filter(name -> request.headers()
                        .containsKey(name)))
                .filter(name -> !header.signedHeaders().contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw incomplete("the header '" + name + "' is not signed: name it in SignedHeaders");
                });
    }

    private void checkScope(AuthorizationHeader header, String date, String service) {
        if (!header.service().equals(service)) {
            throw invalid("the signature is for the service '" + header.service() + "': sign for '" + service + "'");
        }
        Instant signed = instant(date);
        Instant now = clock.instant();
        if (Duration.between(signed, now).abs().compareTo(MAX_SKEW) > 0) {
            throw invalid((signed.isBefore(now) ? "Signature expired: " : "Signature not yet current: ") + date
                    + " is more than 5 min from " + ISO_BASIC.format(now.atOffset(ZoneOffset.UTC))
                    + ": set the clock of this client");
        }
        if (!date.startsWith(header.date())) {
            throw invalid("Date in Credential scope does not match X-Amz-Date: " + header.date() + " and " + date);
        }
    }

    private static Instant instant(String date) {
        try {
            return LocalDateTime.parse(date, ISO_BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw incomplete("X-Amz-Date can't be read: allowed is yyyyMMddTHHmmssZ");
        }
    }

    private static Optional<String> sessionToken(SignedRequest request) {
        Optional<String> token = find(request, TOKEN);
        if (token.filter(text -> text.length() > MAX_TOKEN_LENGTH).isPresent()) {
            throw new SignatureException(
                    SignatureFailure.UNRECOGNIZED_CLIENT,
                    "the security token has more than " + MAX_TOKEN_LENGTH + " characters");
        }
        return token;
    }

    private static byte[] signingKey(String secret, AuthorizationHeader header) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(header.date(), header.region(), header.service(), AuthorizationHeader.TERMINATOR)) {
            key = HmacSha256.of(key, part);
        }
        return key;
    }

    private static SignatureException incomplete(String message) {
        return new SignatureException(SignatureFailure.INCOMPLETE_SIGNATURE, message);
    }

    private static SignatureException invalid(String message) {
        return new SignatureException(SignatureFailure.INVALID_SIGNATURE, message);
    }
}
