package dev.weir.fake;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/**
 * The signature of a request to AWS, checked as AWS does: the request is signed again with the secret of the key that it names.
 *
 * <p>Source: IAM user guide, "Create a signed AWS API request".
 */
record AwsSignature(String accessKeyId, String region, String service, List<String> signedHeaders, String text) {
    private static final Pattern HEADER = Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/\\d{8}/([^/]+)/([^/]+)"
            + "/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

    /** Errors: {@link IOException} when there is none. */
    static AwsSignature of(Headers headers) throws IOException {
        Matcher header = HEADER.matcher(String.valueOf(headers.getFirst("Authorization")));
        if (!header.matches()) {
            throw new IOException("MissingAuthenticationToken");
        }
        return new AwsSignature(
                header.group(1),
                header.group(2),
                header.group(3),
                List.of(header.group(4).split(";", -1)),
                header.group());
    }

    /** Errors: {@link IOException} with AWS's word for what is wrong. */
    void verify(Headers headers, byte[] body, Function<String, Optional<AwsCredentials>> keys) throws IOException {
        AwsCredentials signer =
                keys.apply(accessKeyId).orElseThrow(() -> new IOException("UnrecognizedClientException"));
        if (!signedHeaders.contains("host") || !signedHeaders.contains("x-amz-date")) {
            throw new IOException("IncompleteSignatureException");
        }
        String date = String.valueOf(headers.getFirst("X-Amz-Date"));
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("http://" + headers.getFirst("Host") + "/"));
        signedHeaders.stream()
                .filter(name ->
                        !name.equals("host") && !name.equals("x-amz-date") && !name.equals("x-amz-security-token"))
                .forEach(name -> request.putHeader(name, headers.getFirst(name)));
        String again = AwsV4HttpSigner.create()
                .sign(unsigned -> unsigned.identity(signer)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(
                                HttpSigner.SIGNING_CLOCK, Clock.fixed(Instant.from(DATE.parse(date)), ZoneOffset.UTC)))
                .request()
                .firstMatchingHeader("Authorization")
                .orElse("");
        if (!again.equals(text)) {
            throw new IOException("InvalidSignatureException");
        }
    }
}
