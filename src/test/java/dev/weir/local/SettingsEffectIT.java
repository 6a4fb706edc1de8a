package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.registry.RegistryResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings that {@code tag-resource} puts on a rule change in what is asked of upstream. */
class SettingsEffectIT {
    private static final byte[] OLD = "old layer".getBytes(StandardCharsets.UTF_8);
    private static final byte[] AMD64 = "layer of amd64".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ARM64 = "layer of arm64".getBytes(StandardCharsets.UTF_8);

    private EcrUnderTest weir;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(folder);
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private RegistryResponse pull(String tag) {
        return weir.pull("/v2/up/app/manifests/" + tag);
    }

    private long blobsAskedOfUpstream() {
        return weir.upstream.count("GET", "/blobs/");
    }

    @Test
    void layersAreAskedForWithTheManifestUntilARuleSaysOtherwise() {
        weir.upstream.image("app", "1", AMD64);
        pull("1");
        assertThat(weir.fillsAskedFor()).hasSize(2).contains(Digest.of(AMD64));

        weir.setting("weir:prefetch", "off");
        weir.upstream.image("app", "2", ARM64);
        pull("2");
        assertThat(weir.fillsAskedFor()).isEmpty();
        assertThat(blobsAskedOfUpstream()).isZero();

        assertThat(weir.pull("/v2/up/app/blobs/" + Digest.of(ARM64)).status()).isEqualTo(307);
        assertThat(blobsAskedOfUpstream()).isEqualTo(1);

        weir.setting("weir:prefetch", "on");
        weir.upstream.image("app", "3", OLD);
        pull("3");
        assertThat(weir.fillsAskedFor()).contains(Digest.of(OLD));
    }

    @Test
    void theRefreshBringsInNoLayersOfARuleThatDoesNotPrefetch() {
        weir.setting("weir:prefetch", "off");
        weir.upstream.image("app", "1", OLD);
        pull("1");
        Digest moved = weir.upstream.image("app", "1", AMD64);
        weir.clock.advance(Duration.ofHours(25));

        assertThat(weir.refresh().moved()).isEqualTo(1);

        assertThat(blobsAskedOfUpstream()).isZero();
        assertThat(weir.fillsAskedFor()).isEmpty();
        assertThat(pull("1").headers()).containsEntry("Docker-Content-Digest", moved.toString());
    }

    /** The children of an index, one for each platform. */
    private String index(Digest amd64, Digest arm64) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + child(amd64, "amd64") + "," + child(arm64, "arm64") + "]}";
    }

    private static String child(Digest digest, String architecture) {
        return "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + digest
                + "\",\"size\":10,\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}";
    }

    @Test
    void onlyThePlatformsOfTheRuleComeInWithAMovedIndexWhichStaysAsItIs() {
        weir.setting("weir:platforms", "linux/arm64");
        Digest old = weir.upstream.image("app", "old", OLD);
        weir.upstream.manifest("app", "1", MediaType.OCI_INDEX, index(old, old));
        pull("1");
        Digest amd64 = weir.upstream.image("app", "amd64", AMD64);
        Digest arm64 = weir.upstream.image("app", "arm64", ARM64);
        String index = index(amd64, arm64);
        weir.upstream.manifest("app", "1", MediaType.OCI_INDEX, index);
        weir.clock.advance(Duration.ofHours(25));

        assertThat(weir.refresh().moved()).isEqualTo(1);

        assertThat(weir.upstream.count("GET", "/manifests/" + arm64)).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/blobs/" + Digest.of(ARM64))).isEqualTo(1);
        assertThat(weir.upstream.count("GET", "/manifests/" + amd64)).isZero();
        assertThat(weir.upstream.count("GET", "/blobs/" + Digest.of(AMD64))).isZero();
        assertThat(new String(pull("1").body(), StandardCharsets.UTF_8)).isEqualTo(index);
        // What isn't prefetched is still there for whoever asks.
        assertThat(pull(amd64.toString()).status()).isEqualTo(200);
    }

    @Test
    void aTagIsTrustedForTheIntervalOfItsRule() {
        weir.upstream.image("app", "1", OLD);
        pull("1");
        weir.clock.advance(Duration.ofMinutes(61));
        pull("1");
        assertThat(weir.upstream.count("HEAD", "/manifests/1")).isZero();

        weir.setting("weir:refresh-interval", "PT1H");
        Digest moved = weir.upstream.image("app", "1", AMD64);
        assertThat(pull("1").headers()).containsEntry("Docker-Content-Digest", moved.toString());
        weir.clock.advance(Duration.ofMinutes(59));
        pull("1");
        assertThat(weir.upstream.count("HEAD", "/manifests/1")).isEqualTo(1);
        weir.clock.advance(Duration.ofMinutes(2));
        pull("1");
        assertThat(weir.upstream.count("HEAD", "/manifests/1")).isEqualTo(2);
    }
}
