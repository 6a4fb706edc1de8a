package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.ImageDigestDoesNotMatchException;
import software.amazon.awssdk.services.ecr.model.ImageTagAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LayersNotFoundException;
import software.amazon.awssdk.services.ecr.model.PutImageRequest;
import software.amazon.awssdk.services.ecr.model.ReferencedImagesNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** Images that are put: into a repository without a rule, and back under a tag of one with a rule. */
@SuppressWarnings("unchecked") // the SDK's lists of builders are generic arrays
class PromotionIT {
    private static final byte[] LAYER = new byte[] {1, 2, 3};

    private EcrUnderTest weir;
    private EcrClient ecr;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(folder);
        ecr = weir.ecr;
        ecr.createRepository(request -> request.repositoryName("prod/app"));
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    /** What upstream has under the tag, brought in with its layers. */
    private Image warmedUp(String tag) {
        Image image = ecr.batchGetImage(
                        request -> request.repositoryName("up/app").imageIds(id -> id.imageTag(tag)))
                .images()
                .get(0);
        weir.consumeFillRequests();
        return image;
    }

    private Image put(String repository, Image image, String tag) {
        return ecr.putImage(request -> request.repositoryName(repository)
                        .imageManifest(image.imageManifest())
                        .imageManifestMediaType(image.imageManifestMediaType())
                        .imageTag(tag))
                .image();
    }

    private Digest pulled(String repository, String reference) {
        return Digest.of(
                weir.pull("/v2/" + repository + "/manifests/" + reference).body());
    }

    @Test
    void aPromotedImageIsPulledWithAllItsPartsAndUpstreamIsNeverAsked() {
        Digest child = weir.upstream.image("app", "child", LAYER);
        Digest index = weir.upstream.index("app", "1", child);
        Image tried = warmedUp("1");
        weir.upstream.requests().clear();

        assertThat(put("prod/app", tried, "v1").imageId().imageDigest()).isEqualTo(index.toString());

        assertThat(pulled("prod/app", "v1")).isEqualTo(index);
        assertThat(pulled("prod/app", index.toString())).isEqualTo(index);
        assertThat(pulled("prod/app", child.toString())).isEqualTo(child);
        assertThat(weir.pull("/v2/prod/app/blobs/" + Digest.of(LAYER)).status()).isEqualTo(307);
        assertThat(new String(weir.pull("/v2/prod/app/tags/list").body(), StandardCharsets.UTF_8))
                .contains("\"tags\":[\"v1\"]");
        assertThat(new String(weir.pull("/v2/_catalog").body(), StandardCharsets.UTF_8))
                .contains("prod/app");
        assertThat(weir.pull("/v2/prod/app/manifests/none").status()).isEqualTo(404);
        assertThat(weir.pull("/v2/prod/app/blobs/" + Digest.of(new byte[] {9})).status())
                .isEqualTo(404);
        weir.clock.advance(Duration.ofDays(40));
        weir.assembly.refresher().tick(Deadline.in(weir.clock, Duration.ofMinutes(1)));
        assertThat(pulled("prod/app", "v1")).isEqualTo(index);
        assertThat(weir.upstream.requests()).noneMatch(request -> request.path().contains("/v2/prod"));
        assertThat(weir.upstream.count("GET", "/v2/")).isZero();
    }

    @Test
    void whatIsMissingIsNamed() {
        Digest image = weir.upstream.image("app", "1", LAYER);
        Image cold = ecr.batchGetImage(
                        request -> request.repositoryName("up/app").imageIds(id -> id.imageTag("1")))
                .images()
                .get(0);
        assertThatThrownBy(() -> put("prod/app", cold, "v1"))
                .isInstanceOf(LayersNotFoundException.class)
                .hasMessageContaining(Digest.of(LAYER).toString());
        assertThat(weir.pull("/v2/prod/app/manifests/" + image).status()).isEqualTo(404);

        Digest none = Digest.of(new byte[] {7});
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX
                + "\",\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + none
                + "\",\"size\":10}]}";
        assertThatThrownBy(() -> ecr.putImage(
                        request -> request.repositoryName("prod/app").imageManifest(index)))
                .isInstanceOf(ReferencedImagesNotFoundException.class)
                .hasMessageContaining(none.toString());
    }

    @Test
    void whatCannotBePutIsSaid() {
        weir.upstream.image("app", "1", LAYER);
        weir.upstream.image("app", "2", new byte[] {9});
        Image first = warmedUp("1");
        Image second = warmedUp("2");
        put("prod/app", first, "v1");

        assertThatThrownBy(() -> put("prod/app", first, "v1")).isInstanceOf(ImageAlreadyExistsException.class);
        assertThatThrownBy(() -> put("prod/none", first, "v1")).isInstanceOf(RepositoryNotFoundException.class);
        Consumer<PutImageRequest.Builder> wrongDigest = request -> request.repositoryName("prod/app")
                .imageManifest(second.imageManifest())
                .imageDigest(first.imageId().imageDigest());
        assertThatThrownBy(() -> ecr.putImage(wrongDigest)).isInstanceOf(ImageDigestDoesNotMatchException.class);
        assertThatThrownBy(() -> ecr.putImage(
                        request -> request.repositoryName("prod/app").imageManifest("{\"a\":1}")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("must be a manifest");
        ecr.putImageTagMutability(
                request -> request.repositoryName("prod/app").imageTagMutability(ImageTagMutability.IMMUTABLE));
        assertThatThrownBy(() -> put("prod/app", second, "v1")).isInstanceOf(ImageTagAlreadyExistsException.class);
        assertThat(put("prod/app", second, "v2").imageId().imageTag()).isEqualTo("v2");
    }

    @Test
    void aTagIsRolledBackToWhatItWasAndStaysThere() {
        Digest good = weir.upstream.image("app", "1", LAYER);
        warmedUp("1");
        weir.clock.advance(Duration.ofHours(1));
        weir.upstream.image("app", "1", new byte[] {9});
        warmedUp("1");

        Image before = ecr.batchGetImage(
                        request -> request.repositoryName("up/app").imageIds(id -> id.imageTag("1~1")))
                .images()
                .get(0);
        put("up/app", before, "1");

        assertThat(pulled("up/app", "1")).isEqualTo(good);
        weir.clock.advance(Duration.ofDays(2));
        assertThat(pulled("up/app", "1")).isEqualTo(good);
        weir.assembly.refresher().tick(Deadline.in(weir.clock, Duration.ofMinutes(1)));
        assertThat(pulled("up/app", "1")).isEqualTo(good);
        assertThatThrownBy(() -> put("up/app", before, "1")).isInstanceOf(ImageAlreadyExistsException.class);
    }

    @Test
    void aRuleFillsItsRepositoryAndNobodyElse() {
        weir.upstream.image("app", "1", LAYER);
        Image image = warmedUp("1");
        weir.upstream.image("other", "1", new byte[] {9});
        weir.pull("/v2/up/other/manifests/1");

        assertThatThrownBy(() -> put("up/other", image, "1"))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("must be an image that 'up/other' holds");
    }

    @Test
    void whatRefersToAPromotedImageIsListedOnceItIsPromotedToo() {
        Digest image = weir.upstream.image("app", "1", LAYER);
        Image tried = warmedUp("1");
        weir.upstream.manifest(
                "app",
                "sig",
                MediaType.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"artifactType\":\"text/signature\",\"config\":{\"mediaType\":\"text/plain\",\"digest\":\""
                        + Digest.of(LAYER) + "\",\"size\":3},\"layers\":[],\"subject\":{\"mediaType\":\""
                        + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + image + "\",\"size\":10}}");
        Image signature = warmedUp("sig");
        put("prod/app", tried, "v1");
        ecr.putImage(request -> request.repositoryName("prod/app").imageManifest(signature.imageManifest()));

        assertThat(new String(weir.pull("/v2/prod/app/referrers/" + image).body(), StandardCharsets.UTF_8))
                .contains(signature.imageId().imageDigest(), "text/signature");
        assertThat(ecr.describeImages(request -> request.repositoryName("prod/app")
                                .imageIds(
                                        id -> id.imageDigest(signature.imageId().imageDigest())))
                        .imageDetails()
                        .get(0)
                        .subjectManifestDigest())
                .isEqualTo(image.toString());
    }
}
