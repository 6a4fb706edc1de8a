package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageFailure;
import software.amazon.awssdk.services.ecr.model.ImageFailureCode;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.Layer;
import software.amazon.awssdk.services.ecr.model.LayersNotFoundException;
import software.amazon.awssdk.services.ecr.model.ListImageReferrersResponse;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.TagStatus;
import software.amazon.awssdk.services.ecr.model.UnableToGetUpstreamLayerException;

/** The image calls of AWS's own client on what a rule caches. */
class ImageOperationsIT {
    private static final byte[] LAYER = new byte[] {1, 2, 3};

    private EcrUnderTest weir;
    private EcrClient ecr;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(folder);
        ecr = weir.ecr;
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private static ImageIdentifier tag(String tag) {
        return ImageIdentifier.builder().imageTag(tag).build();
    }

    private static ImageIdentifier digest(Digest digest) {
        return ImageIdentifier.builder().imageDigest(digest.toString()).build();
    }

    private BatchGetImageResponse get(ImageIdentifier... ids) {
        return ecr.batchGetImage(request -> request.repositoryName("up/app").imageIds(ids));
    }

    private List<ImageDetail> describe(ImageIdentifier... ids) {
        return ecr.describeImages(request -> request.repositoryName("up/app").imageIds(ids))
                .imageDetails();
    }

    @Test
    void anImageThatIsNotHeldIsBroughtInWithItsLayers() {
        Digest image = weir.upstream.image("app", "1", LAYER);

        BatchGetImageResponse got = get(tag("1"));

        assertThat(got.failures()).isEmpty();
        assertThat(got.images()).singleElement().satisfies(found -> {
            assertThat(found.imageId().imageDigest()).isEqualTo(image.toString());
            assertThat(found.imageId().imageTag()).isEqualTo("1");
            assertThat(Digest.of(found.imageManifest().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(image);
            assertThat(found.imageManifestMediaType()).isEqualTo(MediaType.OCI_MANIFEST.value());
        });
        weir.consumeFillRequests();
        assertThat(ecr.batchCheckLayerAvailability(request -> request.repositoryName("up/app")
                                .layerDigests(Digest.of(LAYER).toString()))
                        .layers())
                .singleElement()
                .satisfies(layer -> {
                    assertThat(layer.layerAvailabilityAsString()).isEqualTo("AVAILABLE");
                    assertThat(layer.layerSize()).isEqualTo(3);
                });
    }

    @Test
    void anIndexIsBroughtInWithTheImagesOfItsPlatforms() {
        Digest child = weir.upstream.image("app", "child", LAYER);
        Digest index = weir.upstream.index("app", "multi", child);
        weir.pull("/v2/up/app/manifests/multi");

        assertThat(get(tag("multi")).images()).hasSize(1);
        weir.consumeFillRequests();

        weir.upstream.failWith(503, request -> true);
        assertThat(weir.pull("/v2/up/app/manifests/" + child).status()).isEqualTo(200);
        assertThat(weir.pull("/v2/up/app/blobs/" + Digest.of(LAYER)).status()).isEqualTo(307);
        assertThat(describe(digest(index)).get(0).imageSizeInBytes())
                .isEqualTo(describe(digest(child)).get(0).imageSizeInBytes());
    }

    @Test
    void aTagIsLookedUpUpstreamEachTime() {
        weir.upstream.image("app", "1", LAYER);
        weir.pull("/v2/up/app/manifests/1");
        Digest second = weir.upstream.image("app", "1", new byte[] {9});

        assertThat(get(tag("1")).images().get(0).imageId().imageDigest()).isEqualTo(second.toString());
        assertThat(Digest.of(weir.pull("/v2/up/app/manifests/1").body())).isEqualTo(second);
    }

    @Test
    void aCopyThatUpstreamDoesNotConfirmIsAnsweredAndSaidToBeOne() {
        Digest image = weir.upstream.image("app", "1", LAYER);
        weir.pull("/v2/up/app/manifests/1");
        weir.upstream.failWith(503, request -> true);

        BatchGetImageResponse got = get(tag("1"));

        assertThat(got.images()).map(found -> found.imageId().imageDigest()).containsExactly(image.toString());
        assertThat(got.failures())
                .map(ImageFailure::failureCode)
                .containsExactly(ImageFailureCode.UPSTREAM_UNAVAILABLE);
    }

    @Test
    void eachFailureOfABatchHasItsCode() {
        weir.upstream.image("app", "1", LAYER);
        weir.upstream.failWith(401, request -> request.path().endsWith("/denied"));
        weir.upstream.failWith(503, request -> request.path().endsWith("/down"));
        ImageIdentifier wrong = ImageIdentifier.builder()
                .imageTag("1")
                .imageDigest(Digest.of(LAYER).toString())
                .build();

        BatchGetImageResponse got = get(
                tag("none"),
                tag("denied"),
                tag("-x"),
                ImageIdentifier.builder().imageDigest("md5:1").build(),
                ImageIdentifier.builder().build(),
                wrong,
                tag("down"));

        assertThat(got.images()).isEmpty();
        assertThat(got.failures())
                .map(ImageFailure::failureCodeAsString)
                .containsExactly(
                        "ImageNotFound",
                        "UpstreamAccessDenied",
                        "InvalidImageTag",
                        "InvalidImageDigest",
                        "MissingDigestAndTag",
                        "ImageTagDoesNotMatchDigest",
                        "UpstreamUnavailable");
        assertThat(ecr.batchGetImage(request -> request.repositoryName("up/app")
                                .imageIds(tag("1"))
                                .acceptedMediaTypes(MediaType.OCI_INDEX.value()))
                        .failures())
                .map(ImageFailure::failureCodeAsString)
                .containsExactly("ImageNotFound");
        assertThatThrownBy(() -> ecr.batchGetImage(
                        request -> request.repositoryName("no/rule").imageIds(tag("1"))))
                .isInstanceOf(RepositoryNotFoundException.class);
    }

    @Test
    void imagesAreDescribedWithTheirTagsSizesAndTimes() {
        Digest first = weir.upstream.image("app", "1", LAYER);
        Instant seen = weir.clock.instant();
        weir.pull("/v2/up/app/manifests/1");
        weir.upstream.manifest("app", "same", MediaType.OCI_MANIFEST, manifest("1"));
        weir.clock.advance(Duration.ofHours(3));
        weir.pull("/v2/up/app/manifests/same");

        ImageDetail detail = describe(tag("1")).get(0);

        assertThat(detail.imageDigest()).isEqualTo(first.toString());
        assertThat(detail.imageTags()).containsExactlyInAnyOrder("1", "same");
        assertThat(detail.imagePushedAt()).isEqualTo(seen);
        assertThat(detail.lastRecordedPullTime()).isEqualTo(seen.plus(Duration.ofHours(3)));
        assertThat(detail.imageSizeInBytes())
                .isGreaterThan(LAYER.length + manifest("1").length());
        assertThat(detail.imageManifestMediaType()).isEqualTo(MediaType.OCI_MANIFEST.value());
        assertThat(detail.artifactMediaType()).isEqualTo("application/octet-stream");
        assertThatThrownBy(() -> describe(tag("none")))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessageContaining("imageTag:'none'} does not exist within the repository with name 'up/app'");
        assertThatThrownBy(() -> describe(tag("-"))).isInstanceOf(InvalidParameterException.class);
    }

    private String manifest(String tag) {
        return new String(weir.pull("/v2/up/app/manifests/" + tag).body(), StandardCharsets.UTF_8);
    }

    @Test
    void imagesAreListedInPagesAndByWhetherATagPointsAtThem() {
        Digest old = weir.upstream.image("app", "1", LAYER);
        get(tag("1"));
        Digest current = weir.upstream.image("app", "1", new byte[] {9});
        get(tag("1"));

        List<String> all = new ArrayList<>();
        ecr.listImagesPaginator(request -> request.repositoryName("up/app").maxResults(1))
                .imageIds()
                .forEach(id -> all.add(id.imageDigest() + " " + id.imageTag()));
        assertThat(all).containsExactlyInAnyOrder(old + " null", current + " 1");
        assertThat(list(TagStatus.TAGGED)).containsExactly(current.toString());
        assertThat(list(TagStatus.UNTAGGED)).containsExactly(old.toString());
        assertThat(ecr.describeImages(request -> request.repositoryName("up/app"))
                        .imageDetails())
                .hasSize(2);
        assertThatThrownBy(() -> ecr.listImages(request -> request.repositoryName("up/none")))
                .isInstanceOf(RepositoryNotFoundException.class);
    }

    private List<String> list(TagStatus status) {
        return ecr
                .listImages(request -> request.repositoryName("up/app").filter(filter -> filter.tagStatus(status)))
                .imageIds()
                .stream()
                .map(ImageIdentifier::imageDigest)
                .toList();
    }

    @Test
    void whatATagPointedAtBeforeIsFoundByATilde() {
        Digest first = weir.upstream.image("app", "1", LAYER);
        get(tag("1"));
        weir.clock.advance(Duration.ofHours(1));
        Digest second = weir.upstream.image("app", "1", new byte[] {8});
        get(tag("1"));
        weir.clock.advance(Duration.ofHours(1));
        weir.upstream.image("app", "1", new byte[] {9});
        get(tag("1"));

        assertThat(describe(tag("1~1"))).map(ImageDetail::imageDigest).containsExactly(second.toString());
        assertThat(describe(tag("1~*")))
                .map(ImageDetail::imageDigest)
                .containsExactly(second.toString(), first.toString());
        assertThat(get(tag("1~2")).images().get(0).imageId().imageDigest()).isEqualTo(first.toString());
        assertThatThrownBy(() -> describe(tag("1~3"))).isInstanceOf(ImageNotFoundException.class);
    }

    @Test
    void aLayersUrlIsGivenAndMissingOnesAreTold() {
        weir.upstream.image("app", "1", LAYER);
        weir.pull("/v2/up/app/manifests/1");

        assertThat(URI.create(ecr.getDownloadUrlForLayer(request -> request.repositoryName("up/app")
                                .layerDigest(Digest.of(LAYER).toString()))
                        .downloadUrl()))
                .isNotNull();
        Digest none = Digest.of(new byte[] {7});
        assertThatThrownBy(() -> ecr.getDownloadUrlForLayer(
                        request -> request.repositoryName("up/app").layerDigest(none.toString())))
                .isInstanceOf(LayersNotFoundException.class);
        weir.upstream.failWith(503, request -> true);
        assertThatThrownBy(() -> ecr.getDownloadUrlForLayer(request -> request.repositoryName("up/app")
                        .layerDigest(Digest.of(new byte[] {6}).toString())))
                .isInstanceOf(UnableToGetUpstreamLayerException.class);
        assertThat(ecr.batchCheckLayerAvailability(
                        request -> request.repositoryName("up/app").layerDigests(none.toString(), "x")))
                .satisfies(answer -> {
                    assertThat(answer.layers())
                            .map(Layer::layerAvailabilityAsString)
                            .containsExactly("UNAVAILABLE");
                    assertThat(answer.failures())
                            .map(failure -> failure.failureCodeAsString())
                            .containsExactly("InvalidLayerDigest");
                });
    }

    @Test
    void imagesAreDeletedByTagAndByDigest() {
        Digest child = weir.upstream.image("app", "child", LAYER);
        Digest index = weir.upstream.index("app", "multi", child);
        weir.upstream.image("app", "other", new byte[] {5});
        get(tag("multi"), tag("child"), tag("other"));

        assertThat(ecr.batchDeleteImage(request ->
                                request.repositoryName("up/app").imageIds(digest(child), tag("none"), tag("other")))
                        .failures())
                .map(ImageFailure::failureCodeAsString)
                .containsExactly("ImageReferencedByManifestList", "ImageNotFound");
        assertThat(ecr.batchDeleteImage(
                                request -> request.repositoryName("up/app").imageIds(digest(index)))
                        .imageIds())
                .containsExactly(ImageIdentifier.builder()
                        .imageDigest(index.toString())
                        .imageTag("multi")
                        .build());
        assertThat(ecr.batchDeleteImage(
                                request -> request.repositoryName("up/app").imageIds(digest(child)))
                        .failures())
                .isEmpty();
        assertThat(ecr.listImages(request -> request.repositoryName("up/app")).imageIds())
                .isEmpty();
    }

    @Test
    void whatRefersToAnImageIsListed() {
        Digest image = weir.upstream.image("app", "1", LAYER);
        weir.pull("/v2/up/app/manifests/1");
        String entry = "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"%s\",\"size\":7,"
                + "\"artifactType\":\"%s\",\"annotations\":{\"a\":\"b\"}}";
        weir.upstream.put(
                "/v2/app/referrers/" + image,
                MediaType.OCI_INDEX.value(),
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                        + String.format(entry, Digest.of(new byte[] {1}), "text/sbom") + ","
                        + String.format(entry, Digest.of(new byte[] {2}), "text/signature") + "]}");

        assertThat(ecr.listImageReferrers(request -> request.repositoryName("up/app")
                                .subjectId(subject -> subject.imageDigest(image.toString()))
                                .filter(filter -> filter.artifactTypes("text/signature")))
                        .referrers())
                .singleElement()
                .satisfies(referrer -> {
                    assertThat(referrer.digest())
                            .isEqualTo(Digest.of(new byte[] {2}).toString());
                    assertThat(referrer.annotations()).containsEntry("a", "b");
                    assertThat(referrer.size()).isEqualTo(7);
                });
        List<String> paged = new ArrayList<>();
        String next = null;
        do {
            String token = next;
            ListImageReferrersResponse page = ecr.listImageReferrers(request -> request.repositoryName("up/app")
                    .maxResults(1)
                    .nextToken(token)
                    .subjectId(subject -> subject.imageDigest(image.toString())));
            page.referrers().forEach(referrer -> paged.add(referrer.artifactType()));
            next = page.nextToken();
        } while (next != null);
        assertThat(paged).containsExactly("text/sbom", "text/signature");
        weir.upstream.failWith(503, request -> true);
        assertThatThrownBy(() -> ecr.listImageReferrers(request -> request.repositoryName("up/app")
                        .subjectId(
                                subject -> subject.imageDigest(Digest.of(LAYER).toString()))))
                .isInstanceOfSatisfying(
                        EcrException.class, e -> assertThat(e.awsErrorDetails().errorCode())
                                .isEqualTo("UnableToListUpstreamImageReferrersException"));
    }
}
