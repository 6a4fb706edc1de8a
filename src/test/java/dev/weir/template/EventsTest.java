package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in events/ are what template.yaml's event sources send. */
class EventsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Template template = Template.load();

    static Stream<Path> restEvents() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("events"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("registry-")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("restEvents")
    void restEventIsOfTheStageAndOfAPathOfTheApi(Path file) throws IOException {
        JsonNode event = JSON.readTree(file.toFile());
        JsonNode context = event.path("requestContext");
        JsonNode paths = template.properties("Api").at("/DefinitionBody/paths");

        assertThat(context.path("stage").asText())
                .isEqualTo(template.properties("Api").path("StageName").asText());
        assertThat(context.path("path").asText())
                .isEqualTo("/v2" + event.path("path").asText());
        assertThat(paths.has(event.path("resource").asText())).isTrue();
        assertThat(event.path("resource").asText().startsWith("/_wait/"))
                .isEqualTo(event.path("path").asText().startsWith("/_wait/"));
        assertThat(event.path("httpMethod")).isEqualTo(context.path("httpMethod"));
        assertThat(Template.names(event.path("headers")).toList())
                .isEqualTo(Template.names(event.path("multiValueHeaders")).toList());
    }

    @Test
    void dockersAcceptValuesAreAllThere() throws IOException {
        JsonNode event = read("registry-manifest-by-tag");

        assertThat(event.at("/multiValueHeaders/Accept")).hasSize(4);
        assertThat(event.at("/headers/Accept")).isEqualTo(event.at("/multiValueHeaders/Accept/3"));
    }

    @ParameterizedTest
    @CsvSource({"fill, FillFunction, BlobFillRequested", "refresh-continues, RefreshFunction, RefreshContinues"})
    void busEventMatchesThePatternOfItsRule(String name, String function, String rule) throws IOException {
        JsonNode event = read(name);
        JsonNode pattern = template.properties(function).at("/Events/" + rule + "/Properties/Pattern");

        assertThat(pattern.path("source")).containsExactly(event.path("source"));
        assertThat(pattern.path("detail-type")).containsExactly(event.path("detail-type"));
    }

    @Test
    void fillEventAsksForABlobOfARepository() throws IOException {
        JsonNode detail = read("fill").path("detail");

        assertThat(detail).hasSize(4);
        assertThat(RepositoryName.parse(detail.path("repository").asText()).value())
                .isEqualTo("docker-hub/library/alpine");
        assertThat(detail.path("origin").asText()).isEqualTo("registry-1.docker.io/library/alpine");
        assertThat(Digest.parse(detail.path("digest").asText()).algorithm()).isEqualTo(Digest.Algorithm.SHA256);
    }

    @Test
    void refreshTickIsAScheduledEvent() throws IOException {
        JsonNode event = read("refresh-tick");

        assertThat(event.path("source").asText()).isEqualTo("aws.events");
        assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
        assertThat(event.path("detail")).isEmpty();
    }

    @Test
    void authorizerIsAskedForOneMethodOfTheStage() throws IOException {
        JsonNode asked = read("authorizer");
        JsonNode bare = read("authorizer-without-credentials");

        assertThat(asked.path("type").asText()).isEqualTo("REQUEST");
        assertThat(asked.path("methodArn").asText())
                .contains("/v2/GET/")
                .endsWith(asked.path("path").asText());
        assertThat(asked.at("/requestContext/identity/sourceIp").asText()).isNotEmpty();
        assertThat(asked.at("/multiValueHeaders/Authorization/0").asText()).startsWith("Basic ");
        assertThat(bare.path("multiValueHeaders").has("Authorization")).isFalse();
    }

    private static JsonNode read(String name) throws IOException {
        return JSON.readTree(Path.of("events", name + ".json").toFile());
    }
}
