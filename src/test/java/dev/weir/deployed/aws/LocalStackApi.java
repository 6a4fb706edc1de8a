package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** LocalStack's Secrets Manager and EventBridge in AWS's JSON 1.1, where the test needs calls that Weir does not make. */
public record LocalStackApi(URI endpoint) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param target what the SDK puts into {@code X-Amz-Target}, {@code AWSEvents.CreateEventBus} */
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
}
