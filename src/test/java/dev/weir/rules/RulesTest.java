package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.oci.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
    private static final String JSON = """
            {"pullThroughCacheRules":[
             {"ecrRepositoryPrefix":"docker-hub","upstreamRegistryUrl":"registry-1.docker.io"},
             {"ecrRepositoryPrefix":"docker-hub/team","upstreamRegistryUrl":"ghcr.io","upstreamRepositoryPrefix":"acme"},
             {"ecrRepositoryPrefix":"quay/","upstreamRegistryUrl":"https://quay.io"},
             {"ecrRepositoryPrefix":"ROOT","upstreamRegistryUrl":"registry.example.com"}]}
            """;
    private static final RuleSet RULES = parse(JSON);

    private static RuleSet parse(String json) {
        return RulesDocument.parse(
                json.getBytes(StandardCharsets.UTF_8), InsecureUpstreams.parse(List.of("localhost:5001")));
    }

    @ParameterizedTest
    @CsvSource({
        "docker-hub/alpine,          docker-hub/library/alpine, registry-1.docker.io/library/alpine",
        "docker-hub/library/alpine,  docker-hub/library/alpine, registry-1.docker.io/library/alpine",
        "docker-hub/grafana/grafana, docker-hub/grafana/grafana, registry-1.docker.io/grafana/grafana",
        "docker-hub/team/app,        docker-hub/team/app,       ghcr.io/acme/app",
        "quay/a/b,                   quay/a/b,                  quay.io/a/b",
        "quayside/a,                 quayside/a,                registry.example.com/quayside/a",
        "anything,                   anything,                  registry.example.com/anything",
    })
    void longestPrefixWinsAndRootCatchesTheRest(String asked, String cached, String upstream) {
        UpstreamRepository found =
                RULES.match(RepositoryName.parse(asked)).found().orElseThrow();
        assertThat(found.name()).hasToString(cached);
        assertThat(found).hasToString(upstream);
    }

    @Test
    void coversNothingWithoutARule() {
        assertThat(RuleSet.of().match(RepositoryName.parse("a/b"))).isEqualTo(RuleMatch.NONE);
    }

    @ParameterizedTest
    @CsvSource({"docker.io, docker-hub/library/alpine", "quay.io, quay/library/alpine"})
    void aMirrorsClientIsServedByTheRuleOfTheRegistryItWants(String registry, String cached) {
        assertThat(RULES.matchMirrored(registry, RepositoryName.parse("library/alpine"))
                        .found()
                        .orElseThrow()
                        .name())
                .hasToString(cached);
        assertThat(RULES.matchMirrored("169.254.169.254", RepositoryName.parse("library/alpine")))
                .isEqualTo(RuleMatch.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "no json",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"a b\",\"upstreamRegistryUrl\":\"quay.io\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"http://quay.io\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"quay.io/path\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"user:pw@quay.io\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"quay.io\",\"refreshInterval\":\"PT1S\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"quay.io\",\"credentialArn\":\"arn:x\"}]}",
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"quay.io\"},{\"ecrRepositoryPrefix\":\"ab/\",\"upstreamRegistryUrl\":\"quay.io\"}]}",
            })
    void refusesRulesThatCantWork(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(json));
    }

    private static String withRepositories(String... repositories) {
        return JSON.replaceFirst("]}\\s*$", "],\"repositories\":[" + String.join(",", repositories) + "]}");
    }

    private static String repository(String name, String mutability) {
        return "{\"repositoryName\":\"" + name + "\",\"imageTagMutability\":\"" + mutability + "\"}";
    }

    @ParameterizedTest
    @CsvSource({
        "docker-hub/alpine, docker-hub/library/alpine",
        "docker-hub/library/alpine, docker-hub/alpine",
    })
    void twoNamesOfOneCachedRepositoryAreRejectedAndBothNamed(String one, String other) {
        String json = withRepositories(
                repository(one, "IMMUTABLE"), repository("quay/a", "MUTABLE"), repository(other, "MUTABLE"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(json))
                .withMessage("has settings for repository '" + one + "' and for '" + other
                        + "', which are both cached as 'docker-hub/library/alpine': leave one of them out");
    }

    @Test
    void likeNamesOfSeveralRepositoriesEachHaveTheirSettings() {
        assertThat(parse(withRepositories(
                                repository("docker-hub/alpine", "IMMUTABLE"),
                                repository("docker-hub/team/alpine", "MUTABLE"),
                                repository("alpine", "MUTABLE")))
                        .repositories())
                .hasSize(3);
    }

    static List<Arguments> settingsOfOneRepository() {
        TagMutability butLatest = new TagMutability(true, List.of("latest"));
        TagMutability onlyReleases = new TagMutability(false, List.of("v*"));
        return List.of(
                Arguments.of(TagMutability.MUTABLE, TagMutability.IMMUTABLE, TagMutability.IMMUTABLE),
                Arguments.of(TagMutability.MUTABLE, butLatest, butLatest),
                Arguments.of(TagMutability.MUTABLE, onlyReleases, onlyReleases),
                Arguments.of(butLatest, butLatest, butLatest),
                Arguments.of(butLatest, TagMutability.IMMUTABLE, TagMutability.IMMUTABLE),
                Arguments.of(butLatest, onlyReleases, TagMutability.IMMUTABLE),
                Arguments.of(TagMutability.MUTABLE, TagMutability.MUTABLE, TagMutability.MUTABLE));
    }

    @ParameterizedTest
    @MethodSource("settingsOfOneRepository")
    void ofTwoSettingsOfOneRepositoryTheStricterHoldsInWhicheverOrder(
            TagMutability one, TagMutability other, TagMutability stricter) {
        for (List<TagMutability> order : List.of(List.of(one, other), List.of(other, one))) {
            Map<RepositoryName, RepositorySettings> settings = new LinkedHashMap<>();
            settings.put(RepositoryName.parse("docker-hub/alpine"), new RepositorySettings(order.get(0)));
            settings.put(RepositoryName.parse("docker-hub/library/alpine"), new RepositorySettings(order.get(1)));
            assertThat(RULES.withRepositories(settings).repositories())
                    .isEqualTo(Map.of(
                            RepositoryName.parse("docker-hub/library/alpine"), new RepositorySettings(stricter)));
        }
    }

    @Test
    void takesHttpForHostsListedAsInsecure() {
        RuleSet rules = parse(
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"ab\",\"upstreamRegistryUrl\":\"http://localhost:5001\"}]}");
        assertThat(rules.rules().get(0).upstreamUrl()).hasToString("http://localhost:5001");
    }

    @Test
    void theRulesThatComeWithWeirAreRules() throws IOException {
        assertThat(RulesDocument.parse(Files.readAllBytes(Path.of("infra/rules.json")), InsecureUpstreams.NONE)
                        .rules())
                .extracting(rule -> rule.upstreamUrl().toString())
                .contains("registry-1.docker.io", "public.ecr.aws", "quay.io", "ghcr.io", "registry.k8s.io");
    }
}
