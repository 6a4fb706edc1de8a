package dev.weir.rules;

import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One consistent snapshot of the rules and the repositories' settings. A cached name has one owner: the rule with the longest
 * prefix that covers it, whether that rule can be read or not. No other rule fetches for the name.
 *
 * @param rules that can be read, in no order, one for each prefix
 * @param unreadable prefixes of rules that can't be read: what they cover belongs to no other rule
 * @param repositories settings of single repositories, by the name they are cached under
 * @param retired deleted rules, one for each prefix: they own only what no rule owns
 */
public record RuleSet(
        List<PullThroughCacheRule> rules,
        Set<RepositoryPrefix> unreadable,
        Map<RepositoryName, RepositorySettings> repositories,
        List<PullThroughCacheRule> retired) {

    public RuleSet {
        rules = List.copyOf(rules);
        unreadable = Set.copyOf(unreadable);
        repositories = Map.copyOf(repositories);
        retired = List.copyOf(retired);
    }

    /** A snapshot without deleted rules. */
    public RuleSet(
            List<PullThroughCacheRule> rules,
            Set<RepositoryPrefix> unreadable,
            Map<RepositoryName, RepositorySettings> repositories) {
        this(rules, unreadable, repositories, List.of());
    }

    public static RuleSet of(PullThroughCacheRule... rules) {
        return new RuleSet(List.of(rules), Set.of(), Map.of());
    }

    /**
     * The snapshot, with the settings of repositories that may be written as clients write them: {@code docker-hub/alpine}. Where
     * several are settings of one cached repository, a tag that one of them keeps is kept.
     */
    public RuleSet withRepositories(Map<RepositoryName, RepositorySettings> settings) {
        Map<RepositoryName, RepositorySettings> byCachedName = new LinkedHashMap<>();
        settings.forEach(
                (name, own) -> byCachedName.merge(own.isHosted() ? name : cachedName(name), own, RuleSet::stricter));
        return new RuleSet(rules, unreadable, byCachedName, retired);
    }

    /** The snapshot with these deleted rules. */
    public RuleSet withRetired(List<PullThroughCacheRule> deleted) {
        return new RuleSet(rules, unreadable, repositories, deleted);
    }

    /** What a repository is cached under; its own name where no rule that can be read covers it. */
    RepositoryName cachedName(RepositoryName name) {
        return match(name).found().map(UpstreamRepository::name).orElse(name);
    }

    /** The same in whichever order: two that both keep some tags, and not the same ones, keep all. */
    private static RepositorySettings stricter(RepositorySettings one, RepositorySettings other) {
        Set<Tag> pinned =
                Stream.concat(one.pinned().stream(), other.pinned().stream()).collect(Collectors.toSet());
        return new RepositorySettings(
                stricter(one.tagMutability(), other.tagMutability()),
                pinned,
                one.isHosted() ? one.kind() : other.kind());
    }

    private static TagMutability stricter(TagMutability one, TagMutability other) {
        if (one.equals(other) || other.equals(TagMutability.MUTABLE)) {
            return one;
        }
        return one.equals(TagMutability.MUTABLE) ? other : TagMutability.IMMUTABLE;
    }

    /**
     * The repository that a name means, under the rule that owns it. Where the owner's mapping leads to a name of another owner
     * ({@code docker-hub/alpine} is {@code docker-hub/library/alpine}, which a longer prefix may cover), that owner is used. A hosted
     * repository is found by its own name before any rule is.
     */
    public RuleMatch match(RepositoryName name) {
        RepositoryName cached = name;
        while (true) {
            Optional<HostedRepository> hosted = findHosted(cached);
            if (hosted.isPresent()) {
                return RuleMatch.hosted(hosted.get());
            }
            Optional<RepositoryPrefix> owner = owner(cached);
            if (owner.isEmpty()) {
                return matchRetired(cached);
            }
            Optional<PullThroughCacheRule> rule = find(owner.get());
            if (rule.isEmpty()) {
                return RuleMatch.unreadable(owner.get());
            }
            Optional<UpstreamRepository> mapped = rule.get().map(cached);
            if (mapped.isEmpty()) {
                return RuleMatch.NONE;
            }
            // Each further turn makes the name longer, and names have a longest length.
            if (mapped.get().name().equals(cached)) {
                return RuleMatch.found(withItsOwn(mapped.get()));
            }
            cached = mapped.get().name();
        }
    }

    /** Under the deleted rule with the longest prefix; where its mapping leads to what a rule owns, it owned nothing there. */
    private RuleMatch matchRetired(RepositoryName cached) {
        return retired.stream()
                .filter(rule -> rule.repositoryPrefix().covers(cached))
                .max(Comparator.comparing(rule -> rule.repositoryPrefix().specificity()))
                .flatMap(rule -> rule.map(cached))
                .filter(mapped -> owner(mapped.name()).isEmpty())
                .map(mapped -> RuleMatch.retired(new RetiredRepository(withItsOwn(mapped))))
                .orElse(RuleMatch.NONE);
    }

    /**
     * The repository as the client of a mirror names it, which leaves our prefix out and says whose mirror it takes us for:
     * {@code library/alpine} of {@code docker.io}. A name that has the prefix of a rule for that registry means that rule. What a deleted
     * rule cached is found where no rule for that registry takes the name.
     *
     * @param registry the registry that the client wants; only compared with the rules' upstreams, never dialled
     */
    public RuleMatch matchMirrored(String registry, RepositoryName name) {
        RuleMatch direct = match(name);
        if (isPrefixedFor(registry, direct.found())) {
            return direct;
        }
        Optional<RuleMatch> ruled = mirrored(rules, registry, name);
        if (ruled.isPresent()) {
            return ruled.get();
        }
        return isPrefixedFor(registry, direct.retired().map(RetiredRepository::cached))
                ? direct
                : mirrored(retired, registry, name).orElse(RuleMatch.NONE);
    }

    private static boolean isPrefixedFor(String registry, Optional<UpstreamRepository> direct) {
        return direct.map(UpstreamRepository::rule)
                .filter(rule -> !rule.repositoryPrefix().isRoot())
                .filter(rule -> rule.upstreamUrl().isKnownAs(registry))
                .isPresent();
    }

    private Optional<RuleMatch> mirrored(List<PullThroughCacheRule> some, String registry, RepositoryName name) {
        return some.stream()
                .filter(rule -> rule.upstreamUrl().isKnownAs(registry))
                .sorted(Comparator.comparing((PullThroughCacheRule rule) ->
                                rule.upstreamRepositoryPrefix().specificity())
                        .reversed()
                        .thenComparing(rule -> rule.repositoryPrefix().value()))
                .flatMap(rule -> mirrored(rule, name).stream())
                .findFirst();
    }

    /** Empty unless the name that the rule would cache under is its own, and means what the client asked for. */
    private Optional<RuleMatch> mirrored(PullThroughCacheRule rule, RepositoryName name) {
        Optional<UpstreamRepository> wanted = rule.mapUpstream(name);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        RuleMatch match = match(wanted.get().name());
        boolean same = match.found()
                .or(() -> match.retired().map(RetiredRepository::cached))
                .filter(found -> found.origin().equals(wanted.get().origin()))
                .isPresent();
        return same || match.unreadable().isPresent() ? Optional.of(match) : Optional.empty();
    }

    private Optional<RepositoryPrefix> owner(RepositoryName cached) {
        Comparator<RepositoryPrefix> bySpecificity = Comparator.comparing(RepositoryPrefix::specificity);
        Optional<RepositoryPrefix> readable = rules.stream()
                .map(PullThroughCacheRule::repositoryPrefix)
                .filter(prefix -> prefix.covers(cached))
                .max(bySpecificity);
        return Stream.concat(readable.stream(), unreadable.stream().filter(prefix -> prefix.covers(cached)))
                .max(bySpecificity);
    }

    private Optional<PullThroughCacheRule> find(RepositoryPrefix prefix) {
        return rules.stream()
                .filter(rule -> rule.repositoryPrefix().equals(prefix))
                .findFirst();
    }

    private Optional<HostedRepository> findHosted(RepositoryName name) {
        return Optional.ofNullable(repositories.get(name))
                .filter(RepositorySettings::isHosted)
                .map(settings -> new HostedRepository(name, settings));
    }

    private UpstreamRepository withItsOwn(UpstreamRepository found) {
        return found.with(repositories.getOrDefault(found.name(), found.settings()));
    }
}
