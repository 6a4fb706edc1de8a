package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleBook;
import dev.weir.rules.RuleMatch;
import dev.weir.rules.RuleSet;
import dev.weir.rules.StoredRule;
import dev.weir.rules.UpstreamUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What {@link TableRuleBook} promises, on any table. */
interface RuleBookContract extends StoresContract {
    private void reset() {
        for (String partition : List.of("RULES", "RETIRED_RULES", "REPOSITORIES")) {
            table().stream(Query.of(partition)).map(Item::key).toList().forEach(table()::delete);
        }
    }

    private TableRules rules() {
        return new TableRules(table(), InsecureUpstreams.NONE);
    }

    private RuleBook book(TableRules rules) {
        return new TableRuleBook(table(), InsecureUpstreams.NONE, rules);
    }

    private static StoredRule rule(String prefix, String host) {
        return StoredRule.created(
                PullThroughCacheRule.of(
                        RepositoryPrefix.parse(prefix), UpstreamUrl.parse(host, InsecureUpstreams.NONE)),
                NOW);
    }

    private static RuleMatch match(RuleSet rules, String name) {
        return rules.match(RepositoryName.parse(name));
    }

    @Test
    default void aSeedNeverOverwritesAndComesNotBack() {
        reset();
        RuleBook book = book(rules());
        RuleSet seed = RuleSet.of(rule("quay", "quay.io").rule());
        book.seed(seed, NOW);
        book.create(rule("ghcr", "ghcr.io"));
        assertThat(book.seed(RuleSet.of(rule("other", "quay.io").rule()), LATER))
                .isFalse();
        book.delete(RepositoryPrefix.parse("quay"));
        book.delete(RepositoryPrefix.parse("ghcr"));
        assertThat(book.seed(seed, LATER)).isFalse();
        assertThat(book.count()).isZero();
    }

    @Test
    default void ofManyCreatorsOneSucceeds() throws Exception {
        reset();
        RuleBook book = book(rules());
        AtomicInteger created = new AtomicInteger();
        inParallel(8, i -> {
            if (book.create(rule("quay", "host" + i + ".example.org"))) {
                created.incrementAndGet();
            }
        });
        assertThat(created).hasValue(1);
        assertThat(book.count()).isEqualTo(1);
    }

    @Test
    default void noChangeOfManyAtOnceIsLost() throws Exception {
        reset();
        RuleBook book = book(rules());
        book.create(rule("quay", "quay.io"));
        inParallel(
                4,
                i -> book.change(RepositoryPrefix.parse("quay"), before -> {
                    Map<String, String> tags = new HashMap<>(before.tags());
                    tags.put("team" + i, "x");
                    return before.withTags(tags);
                }));
        assertThat(book.find(RepositoryPrefix.parse("quay")).orElseThrow().tags())
                .containsOnlyKeys("team0", "team1", "team2", "team3");
    }

    @Test
    default void whatIsDeletedCanNotBeChanged() {
        reset();
        RuleBook book = book(rules());
        RepositoryPrefix prefix = RepositoryPrefix.parse("quay");
        assertThat(book.change(prefix, before -> before)).isEmpty();
        book.create(rule("quay", "quay.io"));
        assertThat(book.delete(prefix)).isTrue();
        assertThat(book.delete(prefix)).isFalse();
        assertThat(book.change(prefix, before -> before)).isEmpty();
        put("RULES", "quay", "upstreamRegistryUrl", "not a host");
        assertThat(book.find(prefix)).isEmpty();
        assertThat(book.create(rule("quay", "quay.io"))).isFalse();
        assertThat(book.delete(prefix)).isTrue();
    }

    @Test
    default void rulesAreListedInOrderPageByPage() {
        reset();
        RuleBook book = book(rules());
        List.of("c1", "a1", "b1").forEach(prefix -> book.create(rule(prefix, "quay.io")));
        assertThat(book.list(Optional.empty(), 2))
                .extracting(kept -> kept.rule().repositoryPrefix().value())
                .containsExactly("a1", "b1");
        assertThat(book.list(Optional.of(RepositoryPrefix.parse("b1")), 2))
                .extracting(kept -> kept.rule().repositoryPrefix().value())
                .containsExactly("c1");
    }

    @Test
    default void theProcessThatWritesKnowsAtOnceAndAnotherWithin30Seconds() {
        reset();
        AtomicLong nanos = new AtomicLong();
        TableRules mine = rules();
        TableRules others = new TableRules(table(), InsecureUpstreams.NONE, nanos::get);
        assertThat(mine.current().rules()).isEmpty();
        assertThat(others.current().rules()).isEmpty();
        book(mine).create(rule("quay", "quay.io"));
        assertThat(mine.current().rules()).hasSize(1);
        assertThat(others.current().rules()).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(others.current().rules()).hasSize(1);
    }

    @Test
    default void whatADeletedRuleCachedBelongsToItUntilAnotherRuleCoversIt() {
        reset();
        TableRules rules = rules();
        RuleBook book = book(rules);
        book.create(rule("quay", "quay.io"));
        book.delete(RepositoryPrefix.parse("quay"));
        RuleMatch after = match(rules.current(), "quay/a/b");
        assertThat(after.found()).isEmpty();
        assertThat(after.retired().orElseThrow().origin()).hasToString("quay.io/a/b");
        book.create(rule("ROOT", "ghcr.io"));
        assertThat(match(rules.current(), "quay/a/b").found().orElseThrow().origin())
                .hasToString("ghcr.io/quay/a/b");
        book.delete(RepositoryPrefix.ROOT);
        assertThat(match(rules.current(), "quay/a/b").retired().orElseThrow().origin())
                .hasToString("quay.io/a/b");
        book.create(rule("quay", "ghcr.io"));
        assertThat(match(rules.current(), "quay/a/b").retired()).isEmpty();
        assertThat(rules.current().retired())
                .extracting(retired -> retired.repositoryPrefix().value())
                .containsExactly("ROOT");
    }

    private static void inParallel(int threads, IntConsumer task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                all.add(executor.submit(() -> task.accept(number)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
