package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.CreateRepositoryCreationTemplateRequest;
import software.amazon.awssdk.services.ecr.model.EncryptionType;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.ImageTagMutabilityExclusionFilter;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LimitExceededException;
import software.amazon.awssdk.services.ecr.model.RCTAppliedFor;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.RepositoryCreationTemplate;
import software.amazon.awssdk.services.ecr.model.Tag;
import software.amazon.awssdk.services.ecr.model.TemplateAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.TemplateNotFoundException;

/** Repository creation templates by AWS's own client, and what a first pull makes of them. */
class CreationTemplatesIT {
    private static final String POLICY = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
            + "\"Principal\":\"*\",\"Action\":\"ecr:BatchGetImage\"}]}";
    private static final String LIFECYCLE = "{\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"any\","
            + "\"countType\":\"imageCountMoreThan\",\"countNumber\":9},\"action\":{\"type\":\"expire\"}}]}";
    private static final Tag TEAM = tag("team", "web");
    private static final ImageTagMutabilityExclusionFilter DEV = ImageTagMutabilityExclusionFilter.builder()
            .filterType("WILDCARD")
            .filter("dev-*")
            .build();

    private EcrUnderTest weir;
    private EcrClient ecr;

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(folder);
        ecr = weir.ecr;
        weir.upstream.image("team/app", "1");
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private static Consumer<CreateRepositoryCreationTemplateRequest.Builder> full(String prefix) {
        return request -> request.prefix(prefix)
                .description("all of it")
                .appliedFor(RCTAppliedFor.PULL_THROUGH_CACHE, RCTAppliedFor.REPLICATION)
                .imageTagMutability(ImageTagMutability.IMMUTABLE_WITH_EXCLUSION)
                .imageTagMutabilityExclusionFilters(DEV)
                .resourceTags(TEAM)
                .repositoryPolicy(POLICY)
                .lifecyclePolicy(LIFECYCLE);
    }

    private RepositoryCreationTemplate create(Consumer<CreateRepositoryCreationTemplateRequest.Builder> request) {
        return ecr.createRepositoryCreationTemplate(request).repositoryCreationTemplate();
    }

    private void refused(Consumer<CreateRepositoryCreationTemplateRequest.Builder> other, String... says) {
        assertThatThrownBy(() -> create(full("bad").andThen(other)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContainingAll(says);
    }

    private List<String> prefixes(int maxResults, String... prefixes) {
        return ecr
                .describeRepositoryCreationTemplatesPaginator(request ->
                        request.maxResults(maxResults).prefixes(prefixes.length == 0 ? null : List.of(prefixes)))
                .repositoryCreationTemplates()
                .stream()
                .map(RepositoryCreationTemplate::prefix)
                .toList();
    }

    @Test
    void aTemplateIsCreatedDescribedAndDeletedWithEachMember() {
        RepositoryCreationTemplate made = create(full("up/team"));

        assertThat(made.prefix()).isEqualTo("up/team");
        assertThat(made.description()).isEqualTo("all of it");
        assertThat(made.appliedFor()).containsExactly(RCTAppliedFor.PULL_THROUGH_CACHE, RCTAppliedFor.REPLICATION);
        assertThat(made.imageTagMutability()).isEqualTo(ImageTagMutability.IMMUTABLE_WITH_EXCLUSION);
        assertThat(made.imageTagMutabilityExclusionFilters()).containsExactly(DEV);
        assertThat(made.resourceTags()).containsExactly(TEAM);
        assertThat(made.repositoryPolicy()).isEqualTo(POLICY);
        assertThat(made.lifecyclePolicy()).isEqualTo(LIFECYCLE);
        assertThat(made.encryptionConfiguration().encryptionType()).isEqualTo(EncryptionType.AES256);
        assertThat(made.createdAt()).isEqualTo(made.updatedAt());
        assertThat(ecr.describeRepositoryCreationTemplates(request -> request.prefixes("up/team")))
                .satisfies(answer -> {
                    assertThat(answer.registryId()).isEqualTo(EcrUnderTest.ACCOUNT);
                    assertThat(answer.repositoryCreationTemplates()).containsExactly(made);
                });
        assertThat(ecr.deleteRepositoryCreationTemplate(request -> request.prefix("up/team"))
                        .repositoryCreationTemplate())
                .isEqualTo(made);
        assertThat(prefixes(100)).isEmpty();
    }

    @Test
    void templatesAreShownInPagesOrByPrefixes() {
        for (String prefix : List.of("up/c", "up/a", "ROOT", "up/b")) {
            create(full(prefix));
        }

        assertThat(prefixes(2)).containsExactly("ROOT", "up/a", "up/b", "up/c");
        assertThat(prefixes(100, "up/b", "up/none", "ROOT")).containsExactly("ROOT", "up/b");
        assertThatThrownBy(() -> ecr.describeRepositoryCreationTemplates(request -> request.nextToken("?")))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void anUpdateLeavesWhatItDoesNotName() {
        create(full("up/team"));
        weir.clock.advance(Duration.ofMinutes(1));
        RepositoryCreationTemplate after = ecr.updateRepositoryCreationTemplate(request ->
                        request.prefix("up/team").repositoryPolicy("").imageTagMutability(ImageTagMutability.MUTABLE))
                .repositoryCreationTemplate();

        assertThat(after.repositoryPolicy()).isNull();
        assertThat(after.imageTagMutability()).isEqualTo(ImageTagMutability.MUTABLE);
        assertThat(after.imageTagMutabilityExclusionFilters()).isEmpty();
        assertThat(after.resourceTags()).containsExactly(TEAM);
        assertThat(after.lifecyclePolicy()).isEqualTo(LIFECYCLE);
        assertThat(after.updatedAt()).isAfter(after.createdAt());
        assertThatThrownBy(() -> ecr.updateRepositoryCreationTemplate(
                        request -> request.prefix("up/team").lifecyclePolicy("{}")))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void aTemplateIsThereOnceAndWhatIsNotThereIsNotFound() {
        create(full("up/team"));

        assertThatThrownBy(() -> create(full("up/team/"))).isInstanceOf(TemplateAlreadyExistsException.class);
        assertThatThrownBy(() -> ecr.updateRepositoryCreationTemplate(request -> request.prefix("up/none")))
                .isInstanceOf(TemplateNotFoundException.class);
        assertThatThrownBy(() -> ecr.deleteRepositoryCreationTemplate(request -> request.prefix("up/none")))
                .isInstanceOf(TemplateNotFoundException.class);
    }

    @Test
    void whatNoRepositoryWouldGetIsRefused() {
        refused(
                it -> it.encryptionConfiguration(e -> e.encryptionType(EncryptionType.KMS)),
                "must be AES256",
                "KmsKeyArn");
        refused(it -> it.customRoleArn("arn:aws:iam::111122223333:role/ecr"), "customRoleArn", "must be left out");
        refused(it -> it.appliedFor(RCTAppliedFor.CREATE_ON_PUSH), "appliedFor", "must hold PULL_THROUGH_CACHE");
        refused(it -> it.appliedFor(List.of()), "appliedFor", "must hold PULL_THROUGH_CACHE");
    }

    @Test
    void settingsAreCheckedAsWhereTheyAreSetByThemselves() {
        refused(it -> it.repositoryPolicy(POLICY.replace("Effect", "Efect")), "repositoryPolicy", "Efect");
        refused(it -> it.lifecyclePolicy(LIFECYCLE.replace("any", "none")), "Lifecycle policy validation failure");
        refused(it -> it.resourceTags(tag("weir:pinned", "not/a/tag")), "resourceTags", "weir:pinned");
        refused(it -> it.resourceTags(TEAM, TEAM), "resourceTags", "given twice");
        refused(it -> it.resourceTags(tag("k".repeat(129), "")), "resourceTags", "128");
        refused(it -> it.imageTagMutability(ImageTagMutability.IMMUTABLE), "imageTagMutability", "filters");
        refused(it -> it.prefix("Upper"), "prefix");
        assertThat(prefixes(100)).isEmpty();
    }

    @Test
    void aRegistryHasAHundredTemplates() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            create(it -> it.prefix("up/many" + number).appliedFor(RCTAppliedFor.PULL_THROUGH_CACHE));
        }
        assertThatThrownBy(() -> create(full("up/more")))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("100");
    }

    @Test
    void theFirstPullMakesTheRepositoryAsItsTemplateSays() {
        create(full("up")
                .andThen(it -> it.resourceTags(TEAM.toBuilder().value("all").build())));
        create(full("up/team"));
        assertThat(weir.pull("/v2/up/team/app/manifests/1").status()).isEqualTo(200);

        Repository made = ecr.describeRepositories(request -> request.repositoryNames("up/team/app"))
                .repositories()
                .get(0);
        assertThat(made.imageTagMutability()).isEqualTo(ImageTagMutability.IMMUTABLE_WITH_EXCLUSION);
        assertThat(made.imageTagMutabilityExclusionFilters()).containsExactly(DEV);
        assertThat(ecr.getLifecyclePolicy(request -> request.repositoryName("up/team/app"))
                        .lifecyclePolicyText())
                .isEqualTo(LIFECYCLE);
        assertThat(weir.assembly.policies().latest().repositories())
                .hasSize(1)
                .allSatisfy((name, policy) -> assertThat(policy.text()).isEqualTo(POLICY));
    }

    @Test
    void aRepositoryThatIsThereAlreadyKeepsItsSettings() {
        weir.pull("/v2/up/team/app/manifests/1");
        create(full("up/team"));
        weir.upstream.image("team/app", "2", new byte[] {2});
        assertThat(weir.pull("/v2/up/team/app/manifests/2").status()).isEqualTo(200);

        assertThat(ecr.describeRepositories(request -> request.repositoryNames("up/team/app"))
                        .repositories()
                        .get(0)
                        .imageTagMutability())
                .isEqualTo(ImageTagMutability.MUTABLE);
        assertThat(weir.assembly.policies().latest().repositories()).isEmpty();
    }
}
