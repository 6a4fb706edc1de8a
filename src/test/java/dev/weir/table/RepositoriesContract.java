package dev.weir.table;

import static dev.weir.table.StoresContract.digest;
import static dev.weir.table.StoresContract.manifest;
import static dev.weir.table.StoresContract.pointer;
import static dev.weir.table.StoresContract.repository;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.HostedRepository;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.CachedManifest;
import dev.weir.store.ImageScanning;
import dev.weir.store.LinkedManifest;
import dev.weir.store.Repositories;
import dev.weir.store.RepositoryImages;
import dev.weir.store.StoredRepository;
import dev.weir.store.TagMove;
import dev.weir.store.TaggedImage;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link Repositories} and {@link RepositoryImages} promise, on any table. */
interface RepositoriesContract extends StoresContract {
    private Repositories repositories() {
        return new TableRepositories(table(), RuleSet::of);
    }

    private RepositoryImages images() {
        return new TableRepositoryImages(table());
    }

    private TableRepositoryLinks links() {
        return new TableRepositoryLinks(table(), new MovableClock());
    }

    private static StoredRepository hosted(String name) {
        return new StoredRepository(
                RepositoryName.parse(name),
                Optional.of(NOW),
                new RepositorySettings(TagMutability.MUTABLE, Set.of(), RepositorySettings.Kind.HOSTED),
                ImageScanning.MANUAL,
                Map.of("team", "red"));
    }

    @Test
    default void ofTwoWhoCreateARepositoryOneDoes() {
        StoredRepository first = hosted("own/first");

        assertThat(repositories().create(first)).isTrue();
        assertThat(repositories().create(first.withScanning(ImageScanning.ON_PUSH)))
                .isFalse();
        assertThat(repositories().find(first.name())).contains(first);
        assertThat(repositories().find(RepositoryName.parse("own/none"))).isEmpty();
    }

    @Test
    default void aRepositoryThatAPullBroughtInHasItsRulesSettingsUntilItIsChanged() {
        UpstreamRepository cached = repository("brought-in");
        links().putManifest(cached, CachedManifest.of(manifest("{}")));
        PullThroughCacheRule rule = new PullThroughCacheRule(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE),
                RepositoryPrefix.ROOT,
                Optional.empty(),
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.IMMUTABLE);
        Repositories repositories = new TableRepositories(table(), () -> RuleSet.of(rule));

        assertThat(repositories.find(cached.name()).orElseThrow().settings().tagMutability())
                .isEqualTo(TagMutability.IMMUTABLE);
        repositories.change(cached.name(), it -> it.withScanning(ImageScanning.ON_PUSH));
        StoredRepository changed = repositories().find(cached.name()).orElseThrow();
        assertThat(changed.scanning()).isEqualTo(ImageScanning.ON_PUSH);
        assertThat(changed.settings().tagMutability()).isEqualTo(TagMutability.IMMUTABLE);
        assertThat(changed.createdAt()).isPresent();
    }

    @Test
    default void aChangeIsMadeAgainWhenAnotherWasFaster() {
        StoredRepository one = hosted("own/raced");
        repositories().create(one);
        List<String> tries = new ArrayList<>();

        repositories().change(one.name(), before -> {
            if (tries.isEmpty()) {
                repositories().change(one.name(), it -> it.withTagMutability(TagMutability.IMMUTABLE));
            }
            tries.add("try");
            return before.withTags(Map.of("weir:pinned", "v1 v2"));
        });

        assertThat(tries).hasSize(2);
        StoredRepository changed = repositories().find(one.name()).orElseThrow();
        assertThat(changed.settings().tagMutability()).isEqualTo(TagMutability.IMMUTABLE);
        assertThat(changed.settings().pinned()).containsExactlyInAnyOrder(Tag.parse("v1"), Tag.parse("v2"));
        assertThatThrownBy(
                        () -> repositories().change(one.name(), it -> it.withTags(Map.of("weir:pinned", "not/a/tag"))))
                .hasMessageContaining("'not/a/tag' of weir:pinned");
    }

    @Test
    default void repositoriesAreListedInPagesWithTheirSettings() {
        repositories().create(hosted("paged/b"));
        repositories().create(hosted("paged/a").withTagMutability(TagMutability.IMMUTABLE));
        repositories().create(hosted("paged/c"));

        List<StoredRepository> page = repositories().list(Optional.of(RepositoryName.parse("paged/a0")), 1);
        assertThat(page).containsExactly(hosted("paged/b"));
        assertThat(repositories().list(Optional.of(RepositoryName.parse("paged")), 2))
                .containsExactly(hosted("paged/a").withTagMutability(TagMutability.IMMUTABLE), hosted("paged/b"));
    }

    @Test
    default void theRulesKnowWhatIsHosted() {
        StoredRepository own = hosted("own/known");
        repositories().create(own);

        RuleSet rules = new TableRules(table(), InsecureUpstreams.NONE).current();
        assertThat(rules.match(own.name()).hosted()).contains(new HostedRepository(own.name(), own.settings()));
    }

    @Test
    default void aDeletedRepositoryLeavesNothing() {
        StoredRepository own = hosted("own/deleted");
        HostedRepository repository = new HostedRepository(own.name(), own.settings());
        repositories().create(own);
        assertThat(repositories().isEmpty(own.name())).isTrue();
        repositories().putLifecyclePolicy(own.name(), "{}");
        Manifest manifest = manifest("{\"deleted\":1}");
        links().putManifest(repository, CachedManifest.of(manifest));
        for (int i = 0; i < 120; i++) {
            links().putBlob(repository, digest("layer" + i), 5);
        }
        images().point(repository, TAG, Optional.empty(), pointer("{\"deleted\":1}", NOW), Optional.empty());
        assertThat(repositories().isEmpty(own.name())).isFalse();

        repositories().delete(own.name());

        assertThat(repositories().find(own.name())).isEmpty();
        assertThat(repositories().lifecyclePolicy(own.name())).isEmpty();
        assertThat(images().tags(repository)).isExhausted();
        assertThat(links().blob(repository, digest("layer7")).found()).isEmpty();
        assertThat(links().holdersOf(manifest.digest(), 9)).isEmpty();
        assertThat(table().stream(Query.of(TableLayout.partition(own.name())))).isEmpty();
    }

    @Test
    default void aManifestKeepsTheTimeItWasFirstLinkedAt() {
        UpstreamRepository cached = repository("first-linked");
        MovableClock clock = new MovableClock();
        TableRepositoryLinks links = new TableRepositoryLinks(table(), clock);
        Manifest manifest = manifest("{\"first\":1}");
        links.putManifest(cached, CachedManifest.of(manifest));
        Optional<LinkedManifest> first = images().manifest(cached, manifest.digest());
        clock.advance(Duration.ofDays(1));
        links.putManifest(cached, CachedManifest.of(manifest));

        assertThat(first).isPresent();
        assertThat(images().manifest(cached, manifest.digest())).isEqualTo(first);
        assertThat(links.manifest(cached, manifest.digest()).found()).contains(CachedManifest.of(manifest));
        assertThat(links.holdersOf(manifest.digest(), 9)).containsExactly(cached.name());
    }

    @Test
    default void manifestsArePagedByDigest() {
        UpstreamRepository cached = repository("digests");
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Manifest manifest = manifest("{\"page\":" + i + "}");
            links().putManifest(cached, CachedManifest.of(manifest));
            digests.add(manifest.digest());
        }
        links().rememberManifestAbsence(cached, digest("absent"), LATER);
        digests.sort(Comparator.comparing(Digest::toString));

        assertThat(images().manifests(cached, Optional.of(digests.get(0)), 5))
                .map(found -> found.descriptor().digest())
                .containsExactly(digests.get(1), digests.get(2));
        assertThat(images().manifests(cached, Optional.empty(), 1)).hasSize(1);
    }

    @Test
    default void anOperatorPointsATagIfItIsWhereHeThinks() {
        UpstreamRepository cached = repository("pointed");
        Digest old = digest("old");
        assertThat(images().point(cached, TAG, Optional.empty(), pointer("old", NOW), Optional.of(LATER)))
                .isTrue();
        assertThat(images().point(cached, TAG, Optional.empty(), pointer("new", NOW), Optional.of(LATER)))
                .isFalse();
        assertThat(images().point(cached, TAG, Optional.of(old), pointer("new", LATER), Optional.of(LATER)))
                .isTrue();
        assertThat(images().tags(cached)).toIterable().map(TaggedImage::tag).containsExactly(TAG);
        assertThat(new TableTagStore(table(), new TableRepositoryLinks(table(), Clock.fixed(NOW, ZoneOffset.UTC)))
                        .history(cached.name(), TAG))
                .map(TagMove::by)
                .containsExactly(TagMove.By.OPERATOR, TagMove.By.OPERATOR);
        images().deleteTag(cached, TAG, old);
        assertThat(images().tags(cached)).hasNext();
        images().deleteTag(cached, TAG, digest("new"));
        assertThat(images().tags(cached)).isExhausted();
    }

    @Test
    default void whatRefersToADigestIsNoted() {
        HostedRepository repository = new HostedRepository(
                RepositoryName.parse("own/signed"), hosted("own/signed").settings());
        links().putReferrer(repository, digest("image"), digest("signature"));

        assertThat(links().referrersOf(repository, digest("image"), 9)).containsExactly(digest("signature"));
        assertThat(links().referrersOf(repository, digest("other"), 9)).isEmpty();
    }
}
