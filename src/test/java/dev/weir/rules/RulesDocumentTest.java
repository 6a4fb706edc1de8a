package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which documents are accepted. */
class RulesDocumentTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Arguments> documents() throws IOException {
        List<Arguments> documents = new ArrayList<>();
        try (InputStream lines = RulesDocumentTest.class.getResourceAsStream("documents.jsonl")) {
            JSON.readerFor(JsonNode.class)
                    .<JsonNode>readValues(lines)
                    .forEachRemaining(line -> documents.add(Arguments.of(
                            line.path("case").asText(),
                            line.path("document"),
                            line.path("accepted").asBoolean())));
        }
        return documents;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void acceptsWhatCanBeStoredAndReadAgain(String name, JsonNode document, boolean accepted) throws IOException {
        assertThat(isAccepted(JSON.writeValueAsBytes(document))).isEqualTo(accepted);
    }

    private static boolean isAccepted(byte[] document) {
        try {
            for (PullThroughCacheRule rule :
                    RulesDocument.parse(document, InsecureUpstreams.NONE).rules()) {
                RepositoryPrefix.parse(rule.repositoryPrefix().value());
                RepositoryPrefix.parse(rule.upstreamRepositoryPrefix().value());
                UpstreamUrl.parse(rule.upstreamUrl().toString(), InsecureUpstreams.NONE);
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
