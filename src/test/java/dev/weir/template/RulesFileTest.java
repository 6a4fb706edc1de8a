package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** infra/rules.json is what {@code aws ecr describe-pull-through-cache-rules} prints, and its values parse. */
class RulesFileTest {

    @Test
    void everyPublicRegistryHasAPrefix() throws IOException {
        JsonNode file = new ObjectMapper().readTree(Path.of("infra/rules.json").toFile());
        Map<String, String> upstreams = new TreeMap<>();
        for (JsonNode rule : file.path("pullThroughCacheRules")) {
            upstreams.put(
                    RepositoryPrefix.parse(rule.path("ecrRepositoryPrefix").asText())
                            .value(),
                    UpstreamUrl.parse(rule.path("upstreamRegistryUrl").asText(), InsecureUpstreams.NONE)
                            .authority());
        }

        assertThat(upstreams)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "docker-hub", "registry-1.docker.io",
                        "ecr-public", "public.ecr.aws",
                        "quay", "quay.io",
                        "github", "ghcr.io",
                        "kubernetes", "registry.k8s.io",
                        "gitlab", "registry.gitlab.com",
                        "microsoft", "mcr.microsoft.com",
                        "google", "gcr.io"));
    }
}
