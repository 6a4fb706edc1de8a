package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.deployed.aws.EventBus;
import dev.weir.deployed.gateway.FunctionResult;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Sends the events that come from the schedule and from the event bus, and tells what the functions did with them. */
final class FunctionEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DeployedWeir weir;

    FunctionEvents(DeployedWeir weir) {
        this.weir = weir;
    }

    /** Sends one event of the schedule and returns the function's report. */
    JsonNode tick() throws IOException {
        FunctionResult result =
                weir.functions.invoke("RefreshFunction", Files.readAllBytes(Path.of("events", "refresh-tick.json")));
        assertThat(result.error()).isEmpty();
        JsonNode report = JSON.readTree(result.payload());
        assertThat(report.path("ran").asBoolean()).isTrue();
        return report;
    }

    /** Waits until the pattern of the rule has matched more events than before, at most 10 s; returns how many it has matched. */
    int matchedAfter(String rule, int before) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (weir.aws.matched(rule) == before && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        return weir.aws.matched(rule);
    }

    static byte[] fillRequested(String repository, String origin, Digest digest) {
        return JSON.createObjectNode()
                .put("source", "weir")
                .put("detail-type", "Blob Fill Requested")
                .<ObjectNode>set(
                        "detail",
                        JSON.createObjectNode()
                                .put("repository", repository)
                                .put("origin", origin)
                                .put("digest", digest.toString())
                                .put("attempt", 1))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Sends the event by the bus and waits until it is among the dead letters. */
    EventBus.DeadLetter deadLetterOf(byte[] event) throws Exception {
        JsonNode sent = JSON.readTree(event);
        weir.aws.bus().publish(sent);
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < end) {
            for (EventBus.DeadLetter letter : weir.aws.bus().deadLetters()) {
                if (letter.event().equals(sent)) {
                    return letter;
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("after 60 s the event is not among the dead letters: " + sent);
    }
}
