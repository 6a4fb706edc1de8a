package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** A cached name has one owner, whatever the rules and whatever way a name came by. */
class RuleSetPropertyTest {
    private static final List<String> COMPONENTS =
            List.of("aa", "bb", "library", "alpine", "hub", "docker-hub", "mycorp", "google", "app");
    private static final List<String> HOSTS =
            List.of("registry-1.docker.io", "docker.io", "quay.io", "ghcr.io", "in.example");

    /** A name as a client asks for it: directly, or as the mirror of a registry. */
    record Asked(RepositoryName name, Optional<String> registry) {
        RuleMatch in(RuleSet rules) {
            return registry.map(ns -> rules.matchMirrored(ns, name)).orElseGet(() -> rules.match(name));
        }
    }

    private static Arbitrary<String> paths(int longest) {
        return Arbitraries.of(COMPONENTS)
                .list()
                .ofMinSize(1)
                .ofMaxSize(longest)
                .map(components -> String.join("/", components));
    }

    private static Arbitrary<RepositoryPrefix> prefixes() {
        return Arbitraries.oneOf(paths(3).map(RepositoryPrefix::parse), Arbitraries.just(RepositoryPrefix.ROOT));
    }

    private static Arbitrary<PullThroughCacheRule> rule() {
        return Combinators.combine(prefixes(), Arbitraries.of(HOSTS), prefixes())
                .as((prefix, host, upstreamPrefix) -> new PullThroughCacheRule(
                        prefix,
                        UpstreamUrl.parse(host, InsecureUpstreams.NONE),
                        upstreamPrefix,
                        Optional.empty(),
                        Optional.empty(),
                        RuleSettings.NONE,
                        TagMutability.MUTABLE));
    }

    @Provide
    Arbitrary<RuleSet> ruleSets() {
        Arbitrary<List<PullThroughCacheRule>> rules = rule().list().ofMinSize(1).ofMaxSize(8);
        Arbitrary<Set<RepositoryPrefix>> unreadable = prefixes().set().ofMaxSize(2);
        return Combinators.combine(rules, unreadable).as((all, lost) -> {
            Map<RepositoryPrefix, PullThroughCacheRule> byPrefix = new LinkedHashMap<>();
            all.forEach(rule -> byPrefix.put(rule.repositoryPrefix(), rule));
            Set<RepositoryPrefix> only = lost.stream()
                    .filter(prefix -> !byPrefix.containsKey(prefix))
                    .collect(Collectors.toSet());
            return new RuleSet(List.copyOf(byPrefix.values()), only, Map.of());
        });
    }

    @Provide
    Arbitrary<List<Asked>> asked() {
        Arbitrary<Optional<String>> registries = Arbitraries.of(
                        "docker.io", "quay.io", "ghcr.io", "in.example", "unknown.example")
                .optional();
        return Combinators.combine(paths(5).map(RepositoryName::parse), registries)
                .as(Asked::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(60);
    }

    @Property(tries = 2000)
    void twoUpstreamRepositoriesNeverShareACachedName(
            @ForAll("ruleSets") RuleSet rules, @ForAll("asked") List<Asked> asked) {
        Map<RepositoryName, Origin> origins = new HashMap<>();
        for (Asked one : asked) {
            one.in(rules).found().ifPresent(found -> {
                Origin earlier = origins.putIfAbsent(found.name(), found.origin());
                assertThat(found.origin()).as("%s", one).isEqualTo(earlier == null ? found.origin() : earlier);
            });
        }
        Statistics.collect(origins.isEmpty() ? "none found" : "some found");
    }

    @Property(tries = 2000)
    void theRuleThatFetchesHasTheLongestPrefixOfTheCachedName(
            @ForAll("ruleSets") RuleSet rules, @ForAll("asked") List<Asked> asked) {
        for (Asked one : asked) {
            RuleMatch match = one.in(rules);
            match.found().ifPresent(found -> assertThat(found.rule().repositoryPrefix())
                    .as("%s as %s", one, found.name())
                    .isEqualTo(owner(rules, found.name())));
            assertThat(match.found().isPresent() && match.unreadable().isPresent())
                    .isFalse();
        }
    }

    /** Written apart from the code under test: the longest text that the name begins with. */
    private static RepositoryPrefix owner(RuleSet rules, RepositoryName name) {
        return Stream.concat(
                        rules.rules().stream().map(PullThroughCacheRule::repositoryPrefix), rules.unreadable().stream())
                .filter(prefix -> prefix.value().equals("ROOT") || name.value().startsWith(prefix.value() + "/"))
                .max(Comparator.comparing(prefix ->
                        prefix.value().equals("ROOT") ? 0 : prefix.value().length()))
                .orElseThrow();
    }

    @Property(tries = 2000)
    void aMirrorOfARegistryIsAnsweredFromThatRegistry(
            @ForAll("ruleSets") RuleSet rules, @ForAll("asked") List<Asked> asked) {
        for (Asked one : asked) {
            if (one.registry().isPresent()) {
                one.in(rules).found().ifPresent(found -> assertThat(
                                found.rule().upstreamUrl().authority())
                        .as("%s", one)
                        .isIn(knownAs(one.registry().get())));
            }
        }
    }

    private static List<String> knownAs(String registry) {
        return registry.equals("docker.io") ? List.of("docker.io", "registry-1.docker.io") : List.of(registry);
    }
}
