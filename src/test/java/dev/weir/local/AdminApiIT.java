package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.assembly.AdminApi;
import dev.weir.control.ControlRequest;
import dev.weir.control.RegistryIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;

class AdminApiIT {
    private static final RegistryIdentity IDENTITY =
            new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));

    private final AdminClient client = new AdminClient(
            new AdminApi(AdminClient.signIn(Clock.systemUTC()), IDENTITY, AdminClient.access(IDENTITY)).handler());

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aSignedCallOfAwssOwnClientIsAnswered() {
        try (EcrClient ecr = client.admin()) {
            assertThat(ecr.describeRegistry(request -> {}).registryId()).isEqualTo("111122223333");
        }
    }

    @Test
    void aWrongSecretIsAnInvalidSignature() {
        try (EcrClient ecr = client.ecr("test-admin", "another-secret-key")) {
            assertThatThrownBy(() -> ecr.describeRegistry(request -> {}))
                    .isInstanceOfSatisfying(
                            EcrException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException"));
        }
    }

    @Test
    void anUnsignedCallIsToldToSign() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(post(BodyPublishers.ofString("{}")), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("MissingAuthenticationTokenException");
    }

    @Test
    void aBodyThatIsTooLargeEndsTheConnection() {
        HttpRequest large = post(BodyPublishers.ofByteArray(new byte[ControlRequest.MAX_BODY_BYTES + 1]));

        assertThatThrownBy(() -> HttpClient.newHttpClient().send(large, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    private HttpRequest post(HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(client.endpoint() + "/"))
                .POST(body)
                .build();
    }
}
