package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.deployed.aws.AwsStandIn;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What comes to the functions from schedule and bus, and what becomes of it. */
final class FunctionEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DeployedWeir weir;

    FunctionEvents(DeployedWeir weir) {
        this.weir = weir;
    }

    /** The report of one tick. */
    JsonNode tick() throws IOException {
        FunctionResult result =
                weir.functions.invoke("RefreshFunction", Files.readAllBytes(Path.of("events", "refresh-tick.json")));
        assertThat(result.error()).isEmpty();
        JsonNode report = JSON.readTree(result.payload());
        assertThat(report.path("ran").asBoolean()).isTrue();
        return report;
    }

    static byte[] fillRequested(String repository, Digest digest) {
        return JSON.createObjectNode()
                .put("source", "weir")
                .put("detail-type", "Blob Fill Requested")
                .<ObjectNode>set(
                        "detail",
                        JSON.createObjectNode()
                                .put("repository", repository)
                                .put("digest", digest.toString())
                                .put("attempt", 1))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Sends the event by the bus and waits until it is given up. */
    AwsStandIn.DeadLetter deadLetterOf(byte[] event) throws Exception {
        JsonNode sent = JSON.readTree(event);
        weir.aws.publish(sent);
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < end) {
            for (AwsStandIn.DeadLetter letter : weir.aws.deadLetters()) {
                if (letter.event().equals(sent)) {
                    return letter;
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("not given up: " + sent);
    }
}
