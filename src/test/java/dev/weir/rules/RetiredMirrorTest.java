package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mirror's client, which names the registry it wants, gets of what a deleted rule cached. */
class RetiredMirrorTest {

    private static List<PullThroughCacheRule> rules(String texts) {
        return Arrays.stream((texts == null ? "" : texts).split(" "))
                .filter(text -> !text.isEmpty())
                .map(text -> text.split("=", 2))
                .map(parts -> PullThroughCacheRule.of(
                        RepositoryPrefix.parse(parts[0]), UpstreamUrl.parse(parts[1], InsecureUpstreams.NONE)))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        // deleted, rules, registry, name, found
        "hub=docker.io, , docker.io, library/alpine, retired hub/library/alpine",
        "hub=docker.io, , docker.io, hub/alpine, retired hub/library/alpine",
        "hub=docker.io, , quay.io, library/alpine, none",
        "hub=docker.io quay=quay.io, , quay.io, team/app, retired quay/team/app",
        // a rule for the registry fetches, whatever a deleted one holds
        "hub=docker.io, docker=docker.io, docker.io, library/alpine, docker/library/alpine",
        "library=docker.io, hub=docker.io, docker.io, library/alpine, hub/library/alpine",
        // the deleted rule's names are another rule's now
        "hub=docker.io, hub=quay.io, docker.io, library/alpine, none",
        "hub=docker.io, hub=quay.io, quay.io, team/app, hub/team/app",
        "ROOT=docker.io, , docker.io, library/alpine, retired library/alpine",
    })
    void aRuleOfTheRegistryComesFirstThenWhatADeletedOneCached(
            String deleted, String live, String registry, String name, String found) {
        RuleSet set =
                RuleSet.of(rules(live).toArray(PullThroughCacheRule[]::new)).withRetired(rules(deleted));

        RuleMatch match = set.matchMirrored(registry, RepositoryName.parse(name));

        assertThat(match.found()
                        .map(repository -> repository.name().value())
                        .or(() -> match.retired().map(repository -> "retired " + repository.name()))
                        .orElse("none"))
                .isEqualTo(found);
    }
}
