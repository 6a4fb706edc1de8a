package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.EncryptionType;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.InvalidTagParameterException;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotEmptyException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** The repository calls of AWS's own client. */
@SuppressWarnings("unchecked") // the SDK's lists of builders are generic arrays
class RepositoryOperationsIT {
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

    private Repository only(String name) {
        return ecr.describeRepositories(request -> request.repositoryNames(name))
                .repositories()
                .get(0);
    }

    @Test
    void aRepositoryIsCreatedAndDescribedAsInEcr() {
        Repository created = ecr.createRepository(request -> request.repositoryName("prod/app")
                        .imageTagMutability(ImageTagMutability.IMMUTABLE_WITH_EXCLUSION)
                        .imageTagMutabilityExclusionFilters(
                                filter -> filter.filterType("WILDCARD").filter("dev-*"))
                        .imageScanningConfiguration(scanning -> scanning.scanOnPush(true))
                        .tags(tag -> tag.key("team").value("red")))
                .repository();

        assertThat(created.repositoryArn()).isEqualTo("arn:aws:ecr:eu-west-1:111122223333:repository/prod/app");
        assertThat(created.repositoryUri()).isEqualTo("weir.example.org/prod/app");
        assertThat(created.registryId()).isEqualTo("111122223333");
        assertThat(created.createdAt()).isEqualTo(weir.clock.instant());
        assertThat(created.imageTagMutabilityAsString()).isEqualTo("IMMUTABLE_WITH_EXCLUSION");
        assertThat(created.imageTagMutabilityExclusionFilters()).hasSize(1);
        assertThat(created.imageScanningConfiguration().scanOnPush()).isTrue();
        assertThat(created.encryptionConfiguration().encryptionType()).isEqualTo(EncryptionType.AES256);
        assertThat(only("prod/app")).isEqualTo(created);
    }

    @Test
    void whatCannotBeCreatedIsSaid() {
        ecr.createRepository(request -> request.repositoryName("prod/app"));
        assertThatThrownBy(() -> ecr.createRepository(request -> request.repositoryName("prod/app")))
                .isInstanceOf(RepositoryAlreadyExistsException.class)
                .hasMessageContaining("'prod/app' already exists");
        assertThatThrownBy(() -> ecr.createRepository(request -> request.repositoryName("prod/kms")
                        .encryptionConfiguration(encryption -> encryption.encryptionType(EncryptionType.KMS))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("KmsKeyArn");
        assertThatThrownBy(() -> ecr.createRepository(request -> request.repositoryName("docker-hub/alpine")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("is cached as 'docker-hub/library/alpine'");
        assertThatThrownBy(() -> ecr.createRepository(request -> request.repositoryName("prod/pin")
                        .tags(tag -> tag.key("weir:pinned").value("a/b"))))
                .isInstanceOf(InvalidTagParameterException.class)
                .hasMessageContaining("'a/b' of weir:pinned");
        assertThatThrownBy(() -> ecr.createRepository(request -> request.repositoryName("prod/mutable")
                        .imageTagMutability(ImageTagMutability.MUTABLE_WITH_EXCLUSION)))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void repositoriesThatPullsBroughtInAreListedInPagesWithTheCreatedOnes() {
        weir.upstream.image("team/app", "1", new byte[] {1});
        assertThat(weir.pull("/v2/up/team/app/manifests/1").status()).isEqualTo(200);
        ecr.createRepository(request -> request.repositoryName("prod/a"));
        ecr.createRepository(request -> request.repositoryName("prod/b"));

        List<String> names = new ArrayList<>();
        ecr.describeRepositoriesPaginator(request -> request.maxResults(2))
                .repositories()
                .forEach(found -> names.add(found.repositoryName()));
        assertThat(names).containsExactly("prod/a", "prod/b", "up/team/app");
        assertThat(only("up/team/app").createdAt()).isNotNull();
        assertThatThrownBy(() -> ecr.describeRepositories(request -> request.nextToken("!")))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> only("prod/none"))
                .isInstanceOf(RepositoryNotFoundException.class)
                .hasMessageContaining(
                        "The repository with name 'prod/none' does not exist in the registry with id '111122223333'");
        assertThatThrownBy(() -> ecr.describeRepositories(
                        request -> request.registryId("999999999999").repositoryNames("prod/a")))
                .isInstanceOf(RepositoryNotFoundException.class);
    }

    @Test
    void mutabilityAndScanningAreChanged() {
        ecr.createRepository(request -> request.repositoryName("prod/app"));

        assertThat(ecr.putImageTagMutability(request ->
                                request.repositoryName("prod/app").imageTagMutability(ImageTagMutability.IMMUTABLE))
                        .imageTagMutability())
                .isEqualTo(ImageTagMutability.IMMUTABLE);
        assertThat(ecr.putImageScanningConfiguration(request -> request.repositoryName("prod/app")
                                .imageScanningConfiguration(scanning -> scanning.scanOnPush(true)))
                        .imageScanningConfiguration()
                        .scanOnPush())
                .isTrue();
        assertThat(only("prod/app").imageTagMutability()).isEqualTo(ImageTagMutability.IMMUTABLE);
        assertThat(only("prod/app").imageScanningConfiguration().scanOnPush()).isTrue();
        assertThatThrownBy(() -> ecr.putImageTagMutability(request ->
                        request.repositoryName("prod/none").imageTagMutability(ImageTagMutability.IMMUTABLE)))
                .isInstanceOf(RepositoryNotFoundException.class);
        assertThatThrownBy(() -> ecr.putImageScanningConfiguration(request -> request.repositoryName("prod/none")
                        .imageScanningConfiguration(scanning -> scanning.scanOnPush(true))))
                .isInstanceOf(RepositoryNotFoundException.class);
    }

    @Test
    void aCachedRepositoryKeepsItsTagsFromMovingOnceItIsImmutable() {
        weir.upstream.image("app", "1", new byte[] {1});
        byte[] first = weir.pull("/v2/up/app/manifests/1").body();
        ecr.putImageTagMutability(
                request -> request.repositoryName("up/app").imageTagMutability(ImageTagMutability.IMMUTABLE));
        weir.upstream.image("app", "1", new byte[] {2});
        weir.clock.advance(Duration.ofDays(2));

        assertThat(weir.pull("/v2/up/app/manifests/1").body()).isEqualTo(first);
    }

    @Test
    void aRepositoryIsDeletedWithItsImagesByForce() {
        weir.upstream.image("app", "1", new byte[] {1});
        weir.pull("/v2/up/app/manifests/1");

        assertThatThrownBy(() -> ecr.deleteRepository(request -> request.repositoryName("up/app")))
                .isInstanceOf(RepositoryNotEmptyException.class);
        assertThat(ecr.deleteRepository(
                                request -> request.repositoryName("up/app").force(true))
                        .repository()
                        .repositoryName())
                .isEqualTo("up/app");
        assertThatThrownBy(() -> only("up/app")).isInstanceOf(RepositoryNotFoundException.class);
        assertThatThrownBy(() -> ecr.deleteRepository(request -> request.repositoryName("up/app")))
                .isInstanceOf(RepositoryNotFoundException.class);
        long calls = weir.upstream.requests().size();
        assertThat(weir.pull("/v2/up/app/manifests/1").status()).isEqualTo(200);
        assertThat(weir.upstream.requests().size()).isGreaterThan((int) calls);
        assertThat(only("up/app").createdAt()).isNotNull();
    }

    @Test
    void aReadKeySeesAndChangesNothing() {
        ecr.createRepository(request -> request.repositoryName("prod/app"));
        try (EcrClient read = weir.client.ecr("test-read", "test-read-secret")) {
            assertThat(read.describeRepositories().repositories()).hasSize(1);
            assertThatThrownBy(() -> read.deleteRepository(request -> request.repositoryName("prod/app")))
                    .isInstanceOfSatisfying(
                            EcrException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
        }
    }
}
