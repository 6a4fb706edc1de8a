package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.access.Principal;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.Image;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.LayersNotFoundException;
import software.amazon.awssdk.services.ecr.model.ReferencedImagesNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/** One of Weir's roles at the admin API, by AWS's own client: it gets what the policies give it, and no more than by a pull. */
class DerivedCallerIT {
    private static final String CI = "arn:aws:iam::111122223333:role/weir/ci";
    private static final byte[] LAYER = "layer".getBytes(StandardCharsets.UTF_8);
    private static final String PULL =
            "{'Effect':'Allow','Principal':'*','Action':['ecr:BatchGetImage','ecr:GetDownloadUrlForLayer','ecr:ListImages',"
                    + "'ecr:DescribeImages','ecr:BatchImportUpstreamImage']}";
    private static final String PROMOTE = "{'Effect':'Allow','Principal':{'AWS':'" + CI
            + "'},'Action':['ecr:CreateRepository','ecr:PutImage'],'Resource':'prod/*'}";

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

    private BatchGetImageResponse get(String repository, String tag) {
        return ci.batchGetImage(request -> request.repositoryName(repository).imageIds(tagged(tag)));
    }

    private static ImageIdentifier tagged(String tag) {
        return ImageIdentifier.builder().imageTag(tag).build();
    }

    private void put(String repository, String tag, String manifest) {
        ci.putImage(request -> request.repositoryName(repository).imageTag(tag).imageManifest(manifest));
    }

    private static void assertDenied(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EcrException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"))
                .hasMessageContaining(message);
    }

    @Test
    void itPullsByTheCommandLineAndChangesNothing() {
        weir.upstream.image("app", "1", LAYER);

        assertThat(get("up/app", "1").images()).hasSize(1);
        assertThat(ci.getDownloadUrlForLayer(request -> request.repositoryName("up/app")
                                .layerDigest(Digest.of(LAYER).toString()))
                        .downloadUrl())
                .contains(Digest.of(LAYER).hex());
        assertThat(ci.listImages(request -> request.repositoryName("up/app")).imageIds())
                .hasSize(1);
        assertDenied(
                () -> ci.deleteRepository(
                        request -> request.repositoryName("up/app").force(true)),
                "ecr:DeleteRepository on resource: arn:aws:ecr:eu-west-1:111122223333:repository/up/app: no statement");
        assertDenied(
                () -> ci.putRegistryPolicy(request -> request.policyText("{}")),
                "ecr:PutRegistryPolicy on resource: *");
    }

    @Test
    void whatItMayDoToARepositoryAPolicySays() {
        weir.policy(PULL, PROMOTE);
        weir.upstream.image("app", "1", LAYER);
        Image image = get("up/app", "1").images().get(0);
        weir.consumeFillRequests();

        ci.createRepository(request -> request.repositoryName("prod/app"));
        put("prod/app", "1", image.imageManifest());

        assertThat(weir.pull("/v2/prod/app/manifests/1").headers())
                .containsEntry("Docker-Content-Digest", image.imageId().imageDigest());
        assertThat(weir.pull("/v2/prod/app/blobs/" + Digest.of(LAYER)).status()).isEqualTo(307);
        assertDenied(() -> ci.createRepository(request -> request.repositoryName("dev/app")), "repository/dev/app");
        assertDenied(
                () -> ci.createRepository(request -> request.repositoryName("prod/b")
                        .tags(Tag.builder().key("weir:release").value("x").build())),
                "ecr:TagResource");
    }

    @Test
    void anImageThatIsHeldBackIsHeldBackHereToo() {
        weir.policy(
                PULL,
                PROMOTE,
                "{'Effect':'Deny','Principal':'*','Action':'ecr:BatchGetImage','Resource':'up/*','Condition':"
                        + "{'NumericLessThan':{'weir:FirstSeenHours':'72'}}}");
        Digest image = weir.upstream.image("app", "1", LAYER);
        String manifest = weir.broughtIn("up/app", "1").imageManifest();

        assertThat(get("up/app", "1").failures()).singleElement().satisfies(failure -> {
            assertThat(failure.failureCodeAsString()).isEqualTo("ImageInaccessible");
            assertThat(failure.failureReason()).contains(image + " was first seen");
        });
        assertDenied(
                () -> ci.getDownloadUrlForLayer(request -> request.repositoryName("up/app")
                        .layerDigest(Digest.of(LAYER).toString())),
                "may not");
        ci.createRepository(request -> request.repositoryName("prod/app"));
        assertThatThrownBy(() -> put("prod/app", "1", manifest)).isInstanceOf(LayersNotFoundException.class);

        weir.clock.advance(Duration.ofHours(73));
        assertThat(get("up/app", "1").images()).hasSize(1);
        put("prod/app", "1", manifest);
    }

    @Test
    void whatItMayNotReadItDoesNotPromote() {
        weir.policy(
                PULL,
                PROMOTE,
                "{'Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:*','Resource':'up/secret'}");
        Digest secret = weir.upstream.image("secret", "1", LAYER);
        Image image = weir.broughtIn("up/secret", "1");
        assertDenied(() -> get("up/secret", "1"), ": with an explicit deny: statement 2 of the registry policy");
        ci.createRepository(request -> request.repositoryName("prod/app"));

        assertThatThrownBy(() -> put("prod/app", "1", image.imageManifest()))
                .isInstanceOf(LayersNotFoundException.class);
        assertThatThrownBy(() -> put("prod/app", "1", index(secret)))
                .isInstanceOf(ReferencedImagesNotFoundException.class);
        assertThat(weir.pull("/v2/prod/app/blobs/" + Digest.of(LAYER)).status()).isEqualTo(404);
    }

    /** An upstream of his own hands out a manifest that names what another upstream's repository holds. */
    @Test
    void aDigestThatIsKnownFromElsewhereOpensNothing() {
        weir.policy(
                PULL,
                PROMOTE,
                "{'Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:*','Resource':'up/s*'}");
        Digest secret = weir.upstream.image("secret", "1", LAYER);
        weir.broughtIn("up/secret", "1");
        String naming = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/octet-stream\",\"digest\":\""
                + Digest.of(LAYER) + "\",\"size\":5},\"layers\":[]}";
        weir.upstream.remove("/v2/evil/blobs/" + Digest.of(LAYER));
        weir.upstream.manifest("evil", "1", MediaType.OCI_MANIFEST, naming);
        weir.upstream.manifest("evil", "2", MediaType.OCI_INDEX, index(secret));
        get("up/evil", "1");
        get("up/evil", "2");
        ci.createRepository(request -> request.repositoryName("prod/app"));

        assertThatThrownBy(() -> put("prod/app", "1", naming)).isInstanceOf(LayersNotFoundException.class);
        assertThatThrownBy(() -> put("prod/app", "2", index(secret)))
                .isInstanceOf(ReferencedImagesNotFoundException.class);
    }

    private static String index(Digest child) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[{\"mediaType\":\""
                + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + child + "\",\"size\":10}]}";
    }

    @Test
    void tagsThatItMayNotPullAreNotListed() {
        weir.policy(
                PULL,
                "{'Effect':'Deny','Principal':{'AWS':'" + CI + "'},'Action':'ecr:BatchGetImage','Condition':"
                        + "{'StringLike':{'weir:ImageTag':'dev-*'}}}");
        weir.upstream.image("app", "dev-1", LAYER);
        weir.upstream.image("app", "2", LAYER, LAYER);
        weir.pull("/v2/up/app/manifests/dev-1");
        weir.pull("/v2/up/app/manifests/2");

        assertThat(ci.listImages(request -> request.repositoryName("up/app")).imageIds())
                .extracting(ImageIdentifier::imageTag)
                .containsExactlyInAnyOrder(null, "2");
        assertThatThrownBy(() -> ci.describeImages(
                        request -> request.repositoryName("up/app").imageIds(tagged("dev-1"))))
                .isInstanceOf(ImageNotFoundException.class);
        assertThat(weir.ecr
                        .listImages(request -> request.repositoryName("up/app"))
                        .imageIds())
                .extracting(ImageIdentifier::imageTag)
                .containsExactlyInAnyOrder("dev-1", "2");
    }
}
