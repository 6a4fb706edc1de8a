package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;

/** LocalStack's Secrets Manager and EventBridge, JSON 1.1: the calls that the tests need and Weir does not make. */
public record LocalStackApi(URI endpoint) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param target the value of {@code X-Amz-Target}: {@code AWSEvents.CreateEventBus} */
    JsonNode ask(String target, JsonNode request) throws IOException {
        HttpRequest post = HttpRequest.newBuilder(endpoint)
                .header("X-Amz-Target", target)
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                .build();
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(post, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(target + ": status " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (InterruptedException e) {
            throw new InterruptedIOException(target);
        }
    }

    /** Makes the secret or replaces its value; returns its ARN. */
    String putSecret(String name, String value) throws IOException {
        ObjectNode secret = JSON.createObjectNode()
                .put("SecretString", value)
                .put("ClientRequestToken", UUID.randomUUID().toString());
        JsonNode known =
                ask("secretsmanager.ListSecrets", JSON.createObjectNode()).path("SecretList");
        for (JsonNode one : known) {
            if (one.path("Name").asText().equals(name)) {
                ask("secretsmanager.PutSecretValue", secret.put("SecretId", name));
                return one.path("ARN").asText();
            }
        }
        return ask("secretsmanager.CreateSecret", secret.put("Name", name))
                .path("ARN")
                .asText();
    }

    /** Makes the bus, with an archive for each rule, which counts the events that the rule's pattern matches. */
    void makeBus(String name, List<EventBus.Rule> rules) throws IOException {
        // One LocalStack serves several stacks, one after the other.
        if (hasBus(name)) {
            return;
        }
        JsonNode bus = ask("AWSEvents.CreateEventBus", JSON.createObjectNode().put("Name", name));
        for (EventBus.Rule rule : rules) {
            ask(
                    "AWSEvents.CreateArchive",
                    JSON.createObjectNode()
                            .put("ArchiveName", rule.name())
                            .put("EventSourceArn", bus.path("EventBusArn").asText())
                            .put("EventPattern", rule.pattern().toString()));
        }
    }

    private boolean hasBus(String name) throws IOException {
        return !ask("AWSEvents.ListEventBuses", JSON.createObjectNode().put("NamePrefix", name))
                .path("EventBuses")
                .isEmpty();
    }

    /** How many events the archive of a rule holds. */
    int archived(String rule) throws IOException {
        return ask("AWSEvents.DescribeArchive", JSON.createObjectNode().put("ArchiveName", rule))
                .path("EventCount")
                .asInt();
    }
}
