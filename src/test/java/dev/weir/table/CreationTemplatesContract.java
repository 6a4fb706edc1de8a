package dev.weir.table;

import static dev.weir.table.StoresContract.manifest;
import static dev.weir.table.StoresContract.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weir.access.policy.PolicyDocument;
import dev.weir.fake.MovableClock;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.CreationTemplate;
import dev.weir.store.CreationTemplate.Scenario;
import dev.weir.store.CreationTemplate.Settings;
import dev.weir.store.CreationTemplates;
import dev.weir.store.Repositories;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRepository;
import dev.weir.time.WallClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What {@link CreationTemplates} promise, and what a repository that is cached first gets, on any table. */
interface CreationTemplatesContract extends StoresContract {
    String POLICY = "{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ecr:*\"}}";
    TagMutability MUTABILITY = TagMutability.parse("IMMUTABLE_WITH_EXCLUSION", List.of("dev-*"));

    private TableCreationTemplates templates() {
        return new TableCreationTemplates(table(), WallClock.tickerOf(new MovableClock()));
    }

    private Repositories repositories() {
        return new TableRepositories(table(), RuleSet::of);
    }

    private static CreationTemplate template(String prefix) {
        return new CreationTemplate(
                RepositoryPrefix.parse(prefix),
                Optional.of("of " + prefix),
                new Settings(
                        MUTABILITY,
                        Map.of("team", prefix, "weir:pinned", "v1"),
                        Optional.of(POLICY),
                        Optional.of("{}")),
                List.of(Scenario.PULL_THROUGH_CACHE, Scenario.REPLICATION),
                NOW,
                LATER);
    }

    private TableRepositoryLinks links() {
        return new TableRepositoryLinks(table(), templates(), new MovableClock());
    }

    private UpstreamRepository cachedFirst(TableRepositoryLinks links, String name) {
        UpstreamRepository repository = repository(name);
        links.putManifest(repository, CachedManifest.of(manifest("{\"of\":\"" + name + "\"}")));
        return repository;
    }

    private Map<String, String> tagsOf(UpstreamRepository repository) {
        return repositories().find(repository.name()).orElseThrow().tags();
    }

    @Test
    default void ofTwoWhoCreateATemplateOneDoes() {
        CreationTemplate first = template("twice/here");
        CreationTemplate bare = CreationTemplate.empty(first.prefix(), NOW);

        assertThat(templates().create(first)).isTrue();
        assertThat(templates().create(bare)).isFalse();
        assertThat(templates().find(first.prefix())).contains(first);
        assertThat(templates().delete(first.prefix())).isTrue();
        assertThat(templates().delete(first.prefix())).isFalse();
        assertThat(templates().create(bare)).isTrue();
        assertThat(templates().find(first.prefix())).contains(bare);
    }

    @Test
    default void templatesAreListedInPagesAndCounted() {
        int before = templates().count();
        for (String prefix : List.of("list/c", "list/a", "list/b")) {
            templates().create(template(prefix));
        }

        assertThat(templates().list(Optional.of(RepositoryPrefix.parse("list/a")), 1))
                .containsExactly(template("list/b"));
        assertThat(templates().list(Optional.of(RepositoryPrefix.parse("list/0")), 2))
                .containsExactly(template("list/a"), template("list/b"));
        assertThat(templates().count()).isEqualTo(before + 3);
    }

    @Test
    default void aTemplateIsChangedAgainWhenAnotherWasFaster() {
        CreationTemplate one = template("raced/template");
        templates().create(one);
        AtomicBoolean isRaced = new AtomicBoolean();

        Optional<CreationTemplate> changed = templates().change(one.prefix(), before -> {
            if (!isRaced.getAndSet(true)) {
                templates().change(one.prefix(), it -> CreationTemplate.empty(it.prefix(), LATER));
            }
            return new CreationTemplate(
                    before.prefix(), Optional.of("last"), before.settings(), before.appliedFor(), NOW, LATER);
        });

        assertThat(changed).map(CreationTemplate::settings).contains(Settings.NONE);
        assertThat(templates().find(one.prefix())).isEqualTo(changed);
        assertThat(templates().change(RepositoryPrefix.parse("raced/none"), it -> it))
                .isEmpty();
    }

    @Test
    default void aRepositoryThatIsCachedFirstGetsWhatItsTemplateSays() {
        templates().create(template("up/given"));
        RepositoryName name = cachedFirst(links(), "given/app").name();

        StoredRepository made = repositories().find(name).orElseThrow();
        assertThat(made.settings().tagMutability()).isEqualTo(MUTABILITY);
        assertThat(made.settings().pinned()).containsExactly(Tag.parse("v1"));
        assertThat(made.tags()).containsEntry("team", "up/given");
        assertThat(made.createdAt()).isPresent();
        assertThat(repositories().lifecyclePolicy(name)).contains("{}");
        assertThat(new TablePolicies(table()).latest().repositories()).containsKey(name);
    }

    @Test
    default void theLongestPrefixCountsAndOneThatOnlyBeginsAlikeDoesNot() {
        TableCreationTemplates known = templates();
        for (String prefix : List.of("up/long", "up/long/er", "up/lon")) {
            known.create(template(prefix));
        }
        known.create(template("ROOT"));
        TableRepositoryLinks links = new TableRepositoryLinks(table(), known, new MovableClock());

        assertThat(tagsOf(cachedFirst(links, "long/er/app"))).containsEntry("team", "up/long/er");
        assertThat(tagsOf(cachedFirst(links, "long/app"))).containsEntry("team", "up/long");
        assertThat(tagsOf(cachedFirst(links, "longest/app"))).containsEntry("team", "ROOT");
        known.delete(RepositoryPrefix.ROOT);
        assertThat(tagsOf(cachedFirst(links, "longest/other"))).isEmpty();
    }

    @Test
    default void whatIsThereAlreadyStaysAsItIs() {
        UpstreamRepository before = cachedFirst(links(), "kept/before");
        new TablePolicies(table())
                .putRepositoryPolicy(
                        RepositoryName.parse("up/kept/set"), PolicyDocument.parse(POLICY.replace("Deny", "Allow")));
        templates().create(template("up/kept"));
        links().putManifest(before, CachedManifest.of(manifest("{\"second\":1}")));
        UpstreamRepository set = cachedFirst(links(), "kept/set");

        assertThat(tagsOf(before)).isEmpty();
        assertThat(repositories().lifecyclePolicy(before.name())).isEmpty();
        assertThat(new TablePolicies(table()).latest().repositories()).doesNotContainKey(before.name());
        assertThat(tagsOf(set)).containsEntry("team", "up/kept");
        assertThat(new TablePolicies(table()).latest().repositories())
                .hasEntrySatisfying(
                        set.name(), policy -> assertThat(policy.text()).contains("Allow"));
    }

    @Test
    default void othersKnowATemplateWithin30Seconds() {
        MovableClock clock = new MovableClock();
        TableCreationTemplates other = new TableCreationTemplates(table(), WallClock.tickerOf(clock));
        assertThat(other.of(RepositoryName.parse("up/late/app"))).isEmpty();
        templates().create(template("up/late"));

        clock.advance(Duration.ofSeconds(29));
        assertThat(other.of(RepositoryName.parse("up/late/app"))).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(other.of(RepositoryName.parse("up/late/app"))).contains(template("up/late"));
    }

    @Test
    default void aTemplateThatCanNotBeReadIsLeftOutAndFailsNoPull() {
        put("TEMPLATES", "up/broken", "imageTagMutability", "SOMETIMES");

        assertThat(templates().find(RepositoryPrefix.parse("up/broken"))).isEmpty();
        assertThatCode(() -> cachedFirst(links(), "broken/app")).doesNotThrowAnyException();
        assertThat(templates().delete(RepositoryPrefix.parse("up/broken"))).isTrue();
    }

    @Test
    default void whileTemplatesCanNotBeReadThoseThatWereReadLastCount() {
        templates().create(template("up/outage"));
        RepositoryName name = RepositoryName.parse("up/outage/app");
        FailingTable failing = new FailingTable(table());
        MovableClock clock = new MovableClock();
        TableCreationTemplates known = new TableCreationTemplates(failing, WallClock.tickerOf(clock));
        failing.fail(true);
        assertThat(known.of(name)).isEmpty();
        failing.recover();
        assertThat(known.of(name)).contains(template("up/outage"));
        clock.advance(Duration.ofMinutes(1));
        failing.fail(true);
        assertThat(known.of(name)).contains(template("up/outage"));
    }

    @Test
    default void aTemplateThatCanNotBeWrittenFailsNoPull() {
        templates().create(template("up/throttled"));
        RepositoryName name = RepositoryName.parse("up/throttled/app");
        FailingTable failing = new FailingTable(table());
        failing.failWritesAs(StoreException.Kind.THROTTLED);
        TemplateApplication application = new TemplateApplication(failing, templates(), new MovableClock());

        assertThatCode(() -> application.apply(name)).doesNotThrowAnyException();
        failing.recover();
        application.apply(name);
        assertThat(repositories().lifecyclePolicy(name)).contains("{}");
    }
}
