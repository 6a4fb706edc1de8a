package dev.weir.aws.ecr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.aws.AwsClients;
import dev.weir.oci.Printable;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialCache;
import dev.weir.upstream.CredentialCache.Kept;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/**
 * The token of ECR Public: of the rules with upstream {@code public.ecr.aws} (dual stack {@code
 * ecr-public.aws.com}) and no {@code credentialArn}. ECR Public allows more pulls
 * with it than without; while it can't be had, images are pulled without.
 *
 * <p>Shape: JSON 1.1, signed for {@code us-east-1}. Source: ECR Public API, GetAuthorizationToken, which needs {@code
 * ecr-public:GetAuthorizationToken} and {@code sts:GetServiceBearerToken}.
 */
public final class EcrPublicCredentials implements Credentials {
    private static final Set<String> HOSTS = Set.of("public.ecr.aws", "ecr-public.aws.com");
    private static final String REGION = "us-east-1";
    private static final URI ENDPOINT = URI.create("https://api.ecr-public.us-east-1.amazonaws.com");
    private static final int MAX_ANSWER_BYTES = 256 * 1024;
    private static final int MAX_REASON = 200;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = System.getLogger(EcrPublicCredentials.class.getName());

    private final AwsClients clients;
    private final CredentialCache<UpstreamUrl> cache;

    public EcrPublicCredentials(AwsClients clients, Clock clock) {
        this.clients = clients;
        this.cache = new CredentialCache<>(upstream -> read(), clock);
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return orNone(rule, () -> cache.get(rule.upstreamUrl(), rule));
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return orNone(rule, () -> cache.getAnew(rule.upstreamUrl(), rule));
    }

    private static Optional<Credential> orNone(PullThroughCacheRule rule, Supplier<Credential> token) {
        if (rule.credentialArn().isPresent()
                || !HOSTS.contains(rule.upstreamUrl().host())) {
            return Optional.empty();
        }
        try {
            return Optional.of(token.get());
        } catch (CredentialException e) {
            // Logged when it was read.
            return Optional.empty();
        }
    }

    private Kept read() {
        try {
            JsonNode data = ask().path("authorizationData");
            Instant expiresAt = Instant.ofEpochSecond(data.path("expiresAt").asLong());
            return AuthorizationToken.parse(data.path("authorizationToken").asText(), expiresAt)
                    .orElseThrow(() -> new IOException("the answer is not a token"));
        } catch (IOException | SdkException e) {
            LOG.log(
                    Level.WARNING,
                    "ECR Public gives no token, its images are pulled without, at a lower rate; allow"
                            + " ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken: {0}",
                    Printable.of(String.valueOf(e.getMessage()), MAX_REASON));
            throw new CredentialException("token of ECR Public", "can't be had");
        }
    }

    private static JsonNode json(byte[] answer) throws IOException {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            // Its words quote the answer.
            throw new IOException("the answer is not JSON");
        }
    }

    private JsonNode ask() throws IOException {
        ContentStreamProvider body = ContentStreamProvider.fromUtf8String("{}");
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(clients.endpoint("ECR_PUBLIC", ENDPOINT))
                .putHeader("Content-Type", "application/x-amz-json-1.1")
                .putHeader("Content-Length", "2")
                .putHeader("X-Amz-Target", "SpencerFrontendService.GetAuthorizationToken")
                .build();
        SignedRequest signed = AwsV4HttpSigner.create()
                .sign(unsigned -> unsigned.identity(clients.credentials().resolveCredentials())
                        .request(request)
                        .payload(body)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ecr-public")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION));
        HttpExecuteRequest call = HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElse(body))
                .build();
        try (SdkHttpClient http = clients.http()) {
            HttpExecuteResponse response = http.prepareRequest(call).call();
            try (InputStream answer = response.responseBody()
                    .<InputStream>map(stream -> stream)
                    .orElseGet(InputStream::nullInputStream)) {
                JsonNode json = json(answer.readNBytes(MAX_ANSWER_BYTES));
                if (response.httpResponse().isSuccessful()) {
                    return json;
                }
                throw new IOException("status " + response.httpResponse().statusCode() + " "
                        + json.path("__type").asText() + " "
                        + json.path("message").asText());
            }
        }
    }
}
