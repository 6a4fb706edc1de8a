package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostedRepositoryTest {
    private static final RepositoryName NAME = RepositoryName.parse("prod/app");
    private static final RepositorySettings HOSTED =
            new RepositorySettings(TagMutability.IMMUTABLE, Set.of(), RepositorySettings.Kind.HOSTED);

    private static RuleSet rules(String... prefixes) {
        List<PullThroughCacheRule> rules = List.of(prefixes).stream()
                .map(prefix -> PullThroughCacheRule.of(
                        RepositoryPrefix.parse(prefix), UpstreamUrl.parse("docker.io", InsecureUpstreams.NONE)))
                .toList();
        return new RuleSet(rules, Set.of(), Map.of()).withRepositories(Map.of(NAME, HOSTED));
    }

    @Test
    void isFoundWithoutARuleAndHasNoUpstream() {
        RuleMatch match = rules().match(NAME);

        assertThat(match.found()).isEmpty();
        assertThat(match.repository()).contains(new HostedRepository(NAME, HOSTED));
    }

    @Test
    void staysHostedWhenARuleCoversItsNameLater() {
        assertThat(rules("ROOT").match(NAME).hosted()).isPresent();
        assertThat(rules("prod").match(NAME).hosted()).isPresent();
        assertThat(rules("prod").match(RepositoryName.parse("prod/other")).found())
                .isPresent();
    }

    @Test
    void isNotWhatAMirrorOfARegistryIsAskedFor() {
        assertThat(rules("hub").matchMirrored("docker.io", NAME).found())
                .map(UpstreamRepository::name)
                .contains(RepositoryName.parse("hub/prod/app"));
    }

    @Test
    void hasAnOriginThatNoUpstreamHas() {
        assertThat(new HostedRepository(NAME, HOSTED).origin()).hasToString("weir:hosted/prod/app");
    }

    @Test
    void keepsThePinnedTagsAndTheImmutableOnes() {
        Tag pinned = Tag.parse("3.20");
        RepositorySettings settings = new RepositorySettings(
                TagMutability.parse("MUTABLE_WITH_EXCLUSION", List.of("v*")),
                Set.of(pinned),
                RepositorySettings.Kind.CACHED);

        assertThat(settings.keeps(pinned)).isTrue();
        assertThat(settings.keeps(Tag.parse("v1"))).isTrue();
        assertThat(settings.keeps(Tag.parse("latest"))).isFalse();
    }
}
