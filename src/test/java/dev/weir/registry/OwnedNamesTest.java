package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.NamedUpstreams;
import dev.weir.fake.WeirUnderTest;
import dev.weir.local.LaptopUnderTest;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which upstream answers for a name, whatever way the name came by: the owner of the cached name, and no other. */
class OwnedNamesTest {
    private final LaptopUnderTest weir;

    OwnedNamesTest(@TempDir Path folder) {
        weir = new LaptopUnderTest(folder, new NamedUpstreams());
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    /** {@code prefix=host}; the host {@code ?} makes a rule that can't be read. */
    private static RuleSet rules(String text) {
        Set<RepositoryPrefix> unreadable = new HashSet<>();
        List<PullThroughCacheRule> rules = Arrays.stream(text.split(" "))
                .map(rule -> rule.split("=", 2))
                .filter(rule -> !rule[1].equals("?") || !unreadable.add(RepositoryPrefix.parse(rule[0])))
                .map(rule -> rule(rule[0], rule[1]))
                .toList();
        return new RuleSet(rules, unreadable, Map.of());
    }

    private static PullThroughCacheRule rule(String prefix, String host) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse(prefix),
                UpstreamUrl.parse(host, InsecureUpstreams.NONE),
                RepositoryPrefix.ROOT,
                Optional.empty(),
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.IMMUTABLE);
    }

    private RegistryResponse pull(String name, String ns) {
        Map<String, List<String>> query = ns.equals("-") ? Map.of() : Map.of("ns", List.of(ns));
        return WeirUnderTest.send(weir.registry, "GET", "/v2/" + name + "/manifests/1", query);
    }

    private static String from(RegistryResponse answer) {
        return answer.status() == 200
                ? new String(answer.body(), StandardCharsets.UTF_8).replaceAll(".*\"from\":\"([^\"]*)\".*", "$1")
                : Integer.toString(answer.status());
    }

    @ParameterizedTest(name = "{0}: {1} of {2} is {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "hub=docker.io hub/mycorp=in.example | mycorp/app | docker.io | 404",
                "hub=docker.io hub/mycorp=in.example | hub/mycorp/app | - | in.example/app",
                "hub=docker.io hub/mycorp=in.example | app | in.example | in.example/app",
                "hub=docker.io hub/mycorp=in.example | other/app | docker.io | docker.io/other/app",
                "docker-hub=docker.io docker-hub/library=hard.example | docker-hub/alpine | - | hard.example/alpine",
                "docker-hub=docker.io docker-hub/library=hard.example | alpine | docker.io | 404",
                "docker-hub=docker.io docker-hub/library=? | docker-hub/alpine | - | 500",
                "docker-hub=docker.io docker-hub/library=? | library/alpine | docker.io | 500",
                "hub=docker.io hub/mycorp=? | hub/mycorp/app | - | 500",
                "google=gcr.io docker-hub=docker.io | google/cadvisor | docker.io | docker.io/google/cadvisor",
                "gitlab=registry.gitlab.com docker-hub=docker.io | gitlab/gitlab-ce | docker.io | docker.io/gitlab/gitlab-ce",
                "github=ghcr.io docker-hub=docker.io | github/super-linter | docker.io | docker.io/github/super-linter",
                "google=gcr.io docker-hub=docker.io | google/cadvisor | - | gcr.io/cadvisor",
                "ROOT=in.example quay=quay.io | prometheus/node | quay.io | quay.io/prometheus/node",
                "ROOT=in.example quay=quay.io | prometheus/node | - | in.example/prometheus/node",
                "ROOT=in.example quay=quay.io | prometheus/node | unknown.example | 404",
            })
    void isAnsweredByItsOwner(String rules, String name, String ns, String expected) {
        weir.rules = rules(rules);
        assertThat(from(pull(name, ns))).isEqualTo(expected);
        // Asked again it comes from the cache, and is the same.
        assertThat(from(pull(name, ns))).isEqualTo(expected);
    }

    @Test
    void aRuleThatIsPointedElsewhereAnswersFromThereAtOnce() {
        weir.rules = rules("up=old.example");
        RegistryResponse old = pull("up/app", "-");
        assertThat(from(old)).isEqualTo("old.example/app");
        weir.rules = rules("up=new.example");
        assertThat(from(pull("up/app", "-"))).isEqualTo("new.example/app");
        String digest = String.valueOf(old.headers().get("Docker-Content-Digest"));
        assertThat(WeirUnderTest.get(weir.registry, "/v2/up/app/manifests/" + digest)
                        .status())
                .isEqualTo(404);
    }
}
