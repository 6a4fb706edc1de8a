package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleBook;
import dev.weir.rules.RuleMatch;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RulesDocument;
import dev.weir.rules.StoredRule;
import dev.weir.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What {@link TableRules} promises, on any table. */
interface RulesContract extends StoresContract {
    private void reset() {
        for (String partition : List.of("RULES", "RETIRED_RULES", "REPOSITORIES")) {
            table().stream(Query.of(partition)).map(Item::key).toList().forEach(table()::delete);
        }
    }

    private TableRules rules() {
        return new TableRules(table(), InsecureUpstreams.NONE);
    }

    private static RuleMatch match(RuleSet rules, String name) {
        return rules.match(RepositoryName.parse(name));
    }

    @Test
    default void aRuleThatCanNotBeReadBelongsToNoOtherAndTheOthersStand() {
        reset();
        put("RULES", "good", "upstreamRegistryUrl", "quay.io");
        put("RULES", "bad", "upstreamRegistryUrl", "quay.io", "refreshInterval", "PT0M");
        put("RULES", "worse", "upstreamRegistryUrl", "not a host");
        put("RULES", "hub", "upstreamRegistryUrl", "registry-1.docker.io");
        put("REPOSITORIES", "hub/alpine", "imageTagMutability", "IMMUTABLE");
        put("REPOSITORIES", "Hub/Alpine", "imageTagMutability", "IMMUTABLE");
        put("REPOSITORIES", "good/app", "imageTagMutability", "FIXED");
        put("RULES", "ROOT", "upstreamRegistryUrl", "registry-1.docker.io");
        RuleSet rules = new TableRules(table(), InsecureUpstreams.NONE).current();
        assertThat(rules.rules())
                .extracting(rule -> rule.repositoryPrefix().value())
                .containsExactlyInAnyOrder("good", "hub", "ROOT");
        assertThat(match(rules, "other/app").found()).isPresent();
        assertThat(match(rules, "bad/app").unreadable()).contains(RepositoryPrefix.parse("bad"));
        for (String name : List.of("hub/alpine", "hub/library/alpine", "good/app")) {
            assertThat(match(rules, name)
                            .found()
                            .orElseThrow()
                            .settings()
                            .tagMutability()
                            .immutable())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    default void whatIsWrittenIsRead() {
        reset();
        RuleSet rules = RulesDocument.parse("""
                {"pullThroughCacheRules":[
                  {"ecrRepositoryPrefix":"quay","upstreamRegistryUrl":"quay.io","upstreamRepositoryPrefix":"acme/prod",
                   "credentialArn":"arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/q-1a2b3c",
                   "customRoleArn":"arn:aws:iam::111122223333:role/pull","refreshInterval":"PT1H",
                   "imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filter":"latest"}]}],
                 "repositories":[{"repositoryName":"quay/app","imageTagMutability":"MUTABLE"}]}
                """.getBytes(StandardCharsets.UTF_8), InsecureUpstreams.NONE);
        RuleBook book = new TableRuleBook(table(), InsecureUpstreams.NONE, rules());
        assertThat(book.seed(rules, NOW)).isTrue();
        assertThat(rules().current()).isEqualTo(rules);
        StoredRule kept = book.find(RepositoryPrefix.parse("quay")).orElseThrow();
        assertThat(kept).isEqualTo(StoredRule.created(rules.rules().get(0), NOW));
    }

    @Test
    default void theLastGoodRulesServeForAnHourWhileTheTableFails() {
        reset();
        put("RULES", "good", "upstreamRegistryUrl", "quay.io");
        AtomicLong nanos = new AtomicLong();
        FailingTable failing = new FailingTable(table());
        TableRules rules = new TableRules(failing, InsecureUpstreams.NONE, nanos::get);
        RuleSet good = rules.current();
        failing.fail(true);
        nanos.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(rules.current()).isEqualTo(good);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThatThrownBy(rules::current).isInstanceOf(StoreException.class);
        failing.fail(false);
        assertThat(rules.current()).isEqualTo(good);
    }

    @Test
    default void aRuleThatCanNoLongerBeReadServesAsItLastWasForAnHour() {
        reset();
        put("RULES", "good", "upstreamRegistryUrl", "quay.io");
        AtomicLong nanos = new AtomicLong();
        TableRules rules = new TableRules(table(), InsecureUpstreams.NONE, nanos::get);
        RuleSet good = rules.current();
        put("RULES", "good", "upstreamRegistryUrl", "not a host");
        for (int minutes = 1; minutes < 60; minutes++) {
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            assertThat(rules.current()).isEqualTo(good);
        }
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(rules.current().unreadable()).containsExactly(RepositoryPrefix.parse("good"));
    }
}
