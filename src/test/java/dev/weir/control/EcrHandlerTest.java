package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.access.Caller;
import dev.weir.access.Principal;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.access.sigv4.SignatureFailure;
import dev.weir.local.AdminClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcrHandlerTest {
    private static final RegistryIdentity IDENTITY =
            new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));

    private static ControlHandler handler(Caller.Role level) {
        Caller caller = new Caller(new Principal("weir:key/test", Map.of()), level);
        OperationSet broken = () -> Map.of("CreateRepository", call -> {
            throw new IllegalStateException("a bug with a secret");
        });
        EcrHandler ecr = new EcrHandler(
                (request, service) -> caller,
                AdminClient.access(IDENTITY),
                List.of(new RegistryOperations(IDENTITY), broken));
        return new ControlHandler(Map.of("/ecr", ecr));
    }

    private static ControlRequest request(String method, String path, String operation, String body) {
        return new ControlRequest(
                method,
                path,
                "",
                Map.of("x-amz-target", List.of("AmazonEC2ContainerRegistry_V20150921." + operation)),
                body.getBytes(StandardCharsets.UTF_8),
                "192.0.2.1",
                "request-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | /ecr  | ADMIN | DescribeRegistry | {} | 200 | {\"registryId\":\"111122223333\",\"replicationConfiguration\":{\"rules\":[]}}",
                "POST | /ecr/ | READ  | DescribeRegistry | {} | 200 | {\"registryId\":\"111122223333\",\"replicationConfiguration\":{\"rules\":[]}}",
                "POST | /ecr  | DERIVED | DescribeRegistry | {} | 400 | \"__type\":\"AccessDeniedException\"",
                "POST | /ecr  | READ  | CreateRepository | {\"repositoryName\":\"aa\"} | 400 | User: weir:key/test is not authorized to perform: ecr:CreateRepository",
                "POST | /ecr  | ADMIN | CreateRepository | {\"repositoryName\":\"aa\"} | 500 | {\"__type\":\"ServerException\",\"message\":\"internal error, request id request-1\"}",
                "POST | /ecr  | ADMIN | StartImageScan | {} | 400 | {\"__type\":\"UnknownOperationException\",\"message\":\"\"}",
                "POST | /ecr  | ADMIN | MakeCoffee | {} | 400 | \"__type\":\"UnknownOperationException\"",
                "POST | /ecr  | ADMIN | DescribeRegistry | {}{} | 400 | \"__type\":\"SerializationException\"",
                "POST | /ecr  | ADMIN | DescribeRegistry | [] | 400 | \"__type\":\"SerializationException\"",
                "POST | /ecr  | ADMIN | DescribeRegistry | `` | 400 | \"__type\":\"SerializationException\"",
                "GET  | /ecr  | ADMIN | DescribeRegistry | {} | 405 | /ecr takes POST",
                "POST | /     | ADMIN | DescribeRegistry | {} | 200 | {\"registryId\":\"111122223333\",\"replicationConfiguration\":{\"rules\":[]}}",
                "GET  | /     | ADMIN | DescribeRegistry | {} | 405 | / takes POST",
                "POST | /v2/  | ADMIN | DescribeRegistry | {} | 404 | the admin API has /ecr",
            })
    void aCallIsAnswered(
            String method, String path, Caller.Role level, String operation, String body, int status, String answer) {
        ControlResponse response = handler(level).handle(request(method, path, operation, body));

        assertThat(response.status()).isEqualTo(status);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .contains(answer)
                .doesNotContain("a secret");
    }

    @Test
    void nothingIsLookedAtBeforeTheSignature() {
        EcrHandler ecr = new EcrHandler(
                (request, service) -> {
                    throw new SignatureException(SignatureFailure.MISSING_AUTHENTICATION_TOKEN, "sign the call");
                },
                AdminClient.access(IDENTITY),
                List.of(() -> Map.of("DescribeRegistry", call -> JsonNodeFactory.instance.objectNode())));

        ControlResponse response = ecr.handle(request("POST", "/ecr", "MakeCoffee", "no JSON"));

        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"sign the call\"}");
    }

    @Test
    void deeplyNestedJsonIsRejected() {
        String deep = "[".repeat(10_000);

        ControlResponse response = handler(Caller.Role.ADMIN).handle(request("POST", "/ecr", "DescribeRegistry", deep));

        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("SerializationException");
    }
}
