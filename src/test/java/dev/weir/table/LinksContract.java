package dev.weir.table;

import static dev.weir.table.StoresContract.digest;
import static dev.weir.table.StoresContract.manifest;
import static dev.weir.table.StoresContract.repository;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.MovableClock;
import dev.weir.oci.Manifest;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.CachedManifest;
import dev.weir.store.Lookup;
import dev.weir.store.RepositoryLinks;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link RepositoryLinks} promises, on any table. */
interface LinksContract extends StoresContract {
    private RepositoryLinks links() {
        return new TableRepositoryLinks(table(), new MovableClock());
    }

    @Test
    default void aDigestIsFoundOnlyWhereItWasLinked() {
        UpstreamRepository here = repository("here");
        Manifest manifest = manifest("{}");
        links().putManifest(here, CachedManifest.of(manifest));
        links().putBlob(here, digest("layer"), 5);
        assertThat(links().manifest(here, manifest.digest()).found()).contains(CachedManifest.of(manifest));
        assertThat(links().blob(here, digest("layer")).found()).contains(5L);
        UpstreamRepository elsewhere = repository("elsewhere");
        assertThat(links().manifest(elsewhere, manifest.digest())).isEqualTo(Lookup.unknown());
        assertThat(links().blob(elsewhere, digest("layer"))).isEqualTo(Lookup.unknown());
        assertThat(links().repositories(Optional.empty(), 1000))
                .contains(here.name())
                .doesNotContain(elsewhere.name());
    }

    @Test
    default void aLinkOfAnotherOriginIsNone() {
        UpstreamRepository before = StoresContract.of("quay.io", "linked");
        UpstreamRepository after = StoresContract.of("ghcr.io", "linked");
        Manifest manifest = manifest("{ }");
        links().putManifest(before, CachedManifest.of(manifest));
        links().putBlob(before, digest("layer"), 5);
        links().putReferrers(before, digest("image"), manifest, LATER);
        assertThat(links().manifest(after, manifest.digest())).isEqualTo(Lookup.unknown());
        assertThat(links().blob(after, digest("layer"))).isEqualTo(Lookup.unknown());
        assertThat(links().referrers(after, digest("image"))).isEmpty();
        links().rememberBlobAbsence(after, digest("layer"), LATER);
        assertThat(links().blob(after, digest("layer")).isAbsentAt(NOW)).isTrue();
    }

    @Test
    default void anAbsenceNeverReplacesALink() {
        UpstreamRepository repository = repository("absent");
        links().rememberBlobAbsence(repository, digest("layer"), LATER);
        assertThat(links().blob(repository, digest("layer")).isAbsentAt(NOW)).isTrue();
        assertThat(links().blob(repository, digest("layer")).isAbsentAt(LATER)).isFalse();
        links().putBlob(repository, digest("layer"), 5);
        links().rememberBlobAbsence(repository, digest("layer"), LATER);
        assertThat(links().blob(repository, digest("layer")).found()).contains(5L);
    }

    @Test
    default void aManifestIsNoLongerABlob() {
        UpstreamRepository repository = repository("both");
        Manifest manifest = manifest("{\"x\":1}");
        links().putBlob(repository, manifest.digest(), 7);
        links().putManifest(repository, CachedManifest.of(manifest));
        assertThat(links().blob(repository, manifest.digest())).isEqualTo(Lookup.unknown());
    }

    @Test
    default void inlineBytesThatAreNotTheDigestsCountAsLost() {
        UpstreamRepository repository = repository("forged");
        Manifest manifest = manifest("{\"y\":1}");
        links().putManifest(repository, CachedManifest.of(manifest));
        Key key = TableLayout.manifest(repository.name(), manifest.digest());
        Item item = table().find(key, Consistency.STRONG).orElseThrow();
        table().put(item.with("manifest", "forged".getBytes(StandardCharsets.UTF_8)));
        assertThat(links().manifest(repository, manifest.digest())
                        .found()
                        .orElseThrow()
                        .inline())
                .isEmpty();
    }

    @Test
    default void referrersAreKeptWhole() {
        UpstreamRepository repository = repository("referred");
        Manifest index = manifest("{\"manifests\":[]}");
        links().putReferrers(repository, digest("image"), index, LATER);
        assertThat(links().referrers(repository, digest("image"))).contains(index);
    }
}
