package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.access.Principal;
import dev.weir.fake.AuditLog;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.ReferencedImagesNotFoundException;

/** One of Weir's roles at the admin API: whichever way it names an image, policies hold for the image that it means. */
class DerivedCallerImagesIT {
    private static final String CI = "arn:aws:iam::111122223333:role/weir/ci";
    private static final byte[] LAYER = {1};
    private static final byte[] OTHER = {2};
    private static final String EVERYTHING = "{'Effect':'Allow','Principal':'*','Action':['*','ecr:CreateRepository']}";

    private EcrUnderTest weir;
    private EcrClient ci;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(folder);
        ci = weir.client.of(new Principal(CI, Map.of()));
    }

    @AfterEach
    void stop() {
        ci.close();
        weir.close();
    }

    private static String onTags(String effect, String action, String tags) {
        return "{'Effect':'" + effect + "','Principal':{'AWS':'" + CI + "'},'Action':'" + action
                + "','Condition':{'StringLike':{'weir:ImageTag':'" + tags + "'}}}";
    }

    private static String denied(String repositories, Digest image) {
        return "{'Sid':'Bad','Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:BatchGetImage','Resource':'"
                + repositories + "','Condition':{'StringEquals':{'weir:ImageDigest':'" + image + "'}}}";
    }

    private static ImageIdentifier tagged(String tag) {
        return ImageIdentifier.builder().imageTag(tag).build();
    }

    private static ImageIdentifier identified(Digest digest) {
        return ImageIdentifier.builder().imageDigest(digest.toString()).build();
    }

    private List<ImageIdentifier> deleted(ImageIdentifier... images) {
        return ci.batchDeleteImage(request -> request.repositoryName("prod/app").imageIds(images))
                .imageIds();
    }

    private List<String> tags() {
        return weir.ecr.listImages(request -> request.repositoryName("prod/app")).imageIds().stream()
                .map(ImageIdentifier::imageTag)
                .toList();
    }

    /** {@code dev-1} was put on what is {@code release-1.4} now, and then on another image. */
    private Digest released() {
        Digest release = weir.upstream.image("app", "1", LAYER);
        weir.upstream.image("app", "2", OTHER);
        weir.ecr.createRepository(request -> request.repositoryName("prod/app"));
        put(weir.ecr, weir.broughtIn("up/app", "1").imageManifest(), "dev-1");
        put(weir.ecr, weir.broughtIn("up/app", "1").imageManifest(), "release-1.4");
        put(weir.ecr, weir.broughtIn("up/app", "2").imageManifest(), "dev-1");
        return release;
    }

    private static void put(EcrClient client, String manifest, String tag) {
        client.putImage(
                request -> request.repositoryName("prod/app").imageTag(tag).imageManifest(manifest));
    }

    private void assertNothingIsDeletedBy(ImageIdentifier... images) {
        assertThatThrownBy(() -> deleted(images))
                .hasMessageContaining(
                        "is not authorized to perform: ecr:BatchDeleteImage on resource: arn:aws:ecr:eu-west-1:111122223333:")
                .hasMessageNotContaining("release");
        assertThat(tags()).containsExactlyInAnyOrder("dev-1", "release-1.4");
    }

    @Test
    void whoMayDeleteSomeTagsDeletesNoOthersByAnEarlierImage() {
        released();
        weir.policy(onTags("Allow", "ecr:BatchDeleteImage", "dev-*"));

        assertNothingIsDeletedBy(tagged("dev-1~1"));
        assertNothingIsDeletedBy(tagged("dev-1~*"));
        assertNothingIsDeletedBy(tagged("dev-1"), tagged("dev-1~1"));
        assertThat(deleted(tagged("dev-1")))
                .extracting(ImageIdentifier::imageTag)
                .containsExactly("dev-1");
        assertThat(tags()).containsExactly("release-1.4");
    }

    @Test
    void aTagThatMayNotBeDeletedIsNotDeletedByItsDigest() {
        Digest release = released();
        weir.policy(EVERYTHING, onTags("Deny", "ecr:BatchDeleteImage", "release-*"));

        assertNothingIsDeletedBy(identified(release));
        assertNothingIsDeletedBy(tagged("dev-1~1"));

        assertThat(deleted(tagged("dev-1"))).hasSize(1);
    }

    @Test
    void aDigestThatMayNotBeDeletedIsNotDeletedByItsTag() {
        Digest release = released();
        weir.policy(
                EVERYTHING,
                "{'Effect':'Deny','Principal':'*','Action':'ecr:BatchDeleteImage','Condition':{'StringEquals':"
                        + "{'weir:ImageDigest':'" + release + "'}}}");

        assertThatThrownBy(() -> deleted(tagged("release-1.4"))).hasMessageContaining("explicit deny");
        assertThat(tags()).contains("release-1.4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret~1", "secret~*"})
    void theHistoryOfATagThatItMayNotPullIsNotShown(String name) {
        weir.upstream.image("app", "secret", LAYER);
        weir.broughtIn("up/app", "secret");
        weir.upstream.image("app", "secret", OTHER);
        weir.broughtIn("up/app", "secret");
        weir.policy(EVERYTHING, onTags("Deny", "ecr:BatchGetImage", "secret*"));

        assertThatThrownBy(() -> ci.describeImages(
                        request -> request.repositoryName("up/app").imageIds(tagged(name))))
                .isInstanceOf(ImageNotFoundException.class);
        assertThat(ci.batchGetImage(request -> request.repositoryName("up/app").imageIds(tagged(name)))
                        .images())
                .isEmpty();
        assertThat(weir.ecr
                        .describeImages(
                                request -> request.repositoryName("up/app").imageIds(tagged(name)))
                        .imageDetails())
                .isNotEmpty();
    }

    @Test
    void aWrongDigestDoesNotTellWhatAHiddenTagPointsAt() {
        Digest secret = weir.upstream.image("app", "secret", LAYER);
        weir.broughtIn("up/app", "secret");
        weir.policy(EVERYTHING, onTags("Deny", "ecr:BatchGetImage", "secret*"));
        ImageIdentifier guess = tagged("secret").toBuilder()
                .imageDigest(Digest.of(OTHER).toString())
                .build();

        assertThatThrownBy(() -> ci.describeImages(
                        request -> request.repositoryName("up/app").imageIds(guess)))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessageNotContaining(secret.toString());
    }

    @Test
    void anIndexOfWhichItMayNotPullAnImageIsNotPromoted() {
        Digest good = weir.upstream.image("app", "good", LAYER);
        Digest bad = weir.upstream.image("app", "bad", OTHER);
        weir.upstream.manifest("app", "1", MediaType.OCI_INDEX, index(good, bad));
        String index = weir.broughtIn("up/app", "1").imageManifest();
        weir.policy(EVERYTHING, denied("up/*", bad));
        ci.createRepository(request -> request.repositoryName("prod/app"));

        assertThatThrownBy(() -> put(ci, index, "1"))
                .isInstanceOf(ReferencedImagesNotFoundException.class)
                .hasMessageContaining(bad.toString())
                .hasMessageNotContaining(good.toString());
        assertThat(weir.pull("/v2/prod/app/manifests/" + bad).status()).isEqualTo(404);

        weir.policy(EVERYTHING);
        put(ci, index, "1");
        assertThat(weir.pull("/v2/prod/app/manifests/" + bad).status()).isEqualTo(200);
    }

    private static String index(Digest... children) {
        String named = Stream.of(children)
                .map(child ->
                        "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + child + "\",\"size\":10}")
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + named + "]}";
    }

    /** A manifest of his own that names layers of an image that he may not pull from the same repository. */
    @Test
    void layersThatAHostedRepositoryHoldsAreNotHadByAManifestOfOnesOwn() {
        Digest release = released();
        weir.policy(EVERYTHING, denied("prod/*", release));
        String naming = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/octet-stream\",\"digest\":\""
                + Digest.of(LAYER) + "\",\"size\":1},\"layers\":[]}";

        assertThatThrownBy(() -> put(ci, naming, "mine"))
                .hasMessageContaining(Digest.of(LAYER).toString());
    }

    @Test
    void aPromotionWritesNoDenialOfRepositoriesThatNobodyAskedFor() {
        weir.upstream.image("app", "1", LAYER);
        Image image = weir.broughtIn("up/app", "1");
        weir.upstream.manifest("secret", "1", MediaType.OCI_MANIFEST, image.imageManifest());
        assertThat(weir.broughtIn("up/secret", "1").imageId()).isEqualTo(image.imageId());
        weir.policy(
                EVERYTHING,
                "{'Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:Batch*','Resource':'up/secret'}");
        ci.createRepository(request -> request.repositoryName("prod/app"));

        try (AuditLog audit = new AuditLog()) {
            put(ci, image.imageManifest(), "1");
            assertThat(audit.lines()).noneMatch(line -> line.contains("up/secret"));
        }
    }
}
