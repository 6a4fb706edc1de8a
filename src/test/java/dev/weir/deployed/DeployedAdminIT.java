package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.deployed.aws.AwsCall;
import dev.weir.deployed.aws.AwsProxy;
import dev.weir.deployed.aws.RequiredPermissions;
import dev.weir.fake.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.sts.StsClient;

/** The admin API as it is deployed: AWS's own client, the HTTP API, the control function and the secret of its keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedAdminIT {
    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort()).recordingCalls();
    }

    @AfterAll
    void remove() {
        weir.close();
        upstream.close();
    }

    private EcrClient ecr(URI endpoint, String secret) {
        return EcrClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(DeployedWeir.ADMIN_KEY, secret)))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
    }

    @Test
    void aSignedCallArrivesWithItsSignature() {
        try (EcrClient ecr = ecr(weir.admin.endpoint().resolve("/ecr"), DeployedWeir.ADMIN_SECRET)) {
            assertThat(ecr.describeRegistry(request -> {}).registryId()).isEqualTo("111122223333");
        }
        Set<AwsCall> calls = weir.calls("ControlFunction").stream()
                .map(AwsProxy.Recorded::call)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        assertThat(new RequiredPermissions(weir.template, "ControlFunction").missingFor(calls))
                .isEmpty();
    }

    /** The client of STS leaves the path of its endpoint out. */
    @Test
    void bothServicesAreReachedWithoutAPath() {
        try (EcrClient ecr = ecr(weir.admin.endpoint(), DeployedWeir.ADMIN_SECRET);
                StsClient sts = StsClient.builder()
                        .endpointOverride(weir.admin.endpoint().resolve("/sts"))
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(DeployedWeir.ADMIN_KEY, DeployedWeir.ADMIN_SECRET)))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build()) {
            assertThat(ecr.describeRegistry(request -> {}).registryId()).isEqualTo("111122223333");
            assertThat(sts.getCallerIdentity(request -> {}).account()).isEqualTo("111122223333");
        }
    }

    @Test
    void anotherSecretIsAnInvalidSignature() {
        try (EcrClient ecr = ecr(weir.admin.endpoint().resolve("/ecr"), "of-another-key-altogether")) {
            assertThatThrownBy(() -> ecr.describeRegistry(request -> {}))
                    .isInstanceOfSatisfying(
                            EcrException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException"));
        }
    }

    @Test
    void whatIsNotRoutedNeverReachesTheFunction() throws IOException, InterruptedException {
        int before = weir.functions.invocations("ControlFunction");
        HttpRequest request = HttpRequest.newBuilder(weir.admin.endpoint().resolve("/other"))
                .POST(BodyPublishers.ofString("{}"))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(weir.functions.invocations("ControlFunction")).isEqualTo(before);
    }

    /** Why the admin API has a gateway of its own. */
    @Test
    void theRestApiHasNoPlaceForASignature() {
        URI registry = URI.create("http://127.0.0.1:" + weir.gateway.port() + "/v2/ecr");

        try (EcrClient ecr = ecr(registry, DeployedWeir.ADMIN_SECRET)) {
            assertThatThrownBy(() -> ecr.describeRegistry(call -> {}))
                    .isInstanceOfSatisfying(
                            EcrException.class, e -> assertThat(e.statusCode()).isEqualTo(401));
        }
    }
}
