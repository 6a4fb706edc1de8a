package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.LifecyclePolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.RegistryScanningRule;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryScanningConfiguration;
import software.amazon.awssdk.services.ecr.model.ScanType;

/** What is kept and shown for work that is not done yet. */
@SuppressWarnings("unchecked") // the SDK's lists of builders are generic arrays
class LifecycleAndScanningIT {
    private static final String RULE = "{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"untagged\","
            + "\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":14},\"action\":{\"type\":\"expire\"}}";
    private static final String POLICY = "{\"rules\":[" + RULE + "]}";

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

    @Test
    void aLifecyclePolicyIsPutShownAndDeleted() {
        assertThatThrownBy(() -> ecr.getLifecyclePolicy(request -> request.repositoryName("prod/app")))
                .isInstanceOf(LifecyclePolicyNotFoundException.class);
        ecr.putLifecyclePolicy(request -> request.repositoryName("prod/app").lifecyclePolicyText(POLICY));
        assertThat(ecr.getLifecyclePolicy(request -> request.repositoryName("prod/app"))
                        .lifecyclePolicyText())
                .isEqualTo(POLICY);
        assertThat(ecr.deleteLifecyclePolicy(request -> request.repositoryName("prod/app"))
                        .lifecyclePolicyText())
                .isEqualTo(POLICY);
        assertThatThrownBy(() -> ecr.deleteLifecyclePolicy(request -> request.repositoryName("prod/app")))
                .isInstanceOf(LifecyclePolicyNotFoundException.class);
        assertThatThrownBy(() -> ecr.putLifecyclePolicy(
                        request -> request.repositoryName("prod/none").lifecyclePolicyText(POLICY)))
                .isInstanceOf(RepositoryNotFoundException.class);
        assertThatThrownBy(() -> ecr.startLifecyclePolicyPreview(request -> request.repositoryName("prod/app")))
                .isInstanceOfSatisfying(
                        EcrException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rulePriority\":1 | \"rulePriority\":0 | a rulePriority, a whole number from 1",
                "untagged | none | 'tagStatus' must be tagged, untagged or any",
                "untagged | tagged | 'tagPrefixList' or 'tagPatternList'",
                "\"countUnit\":\"days\", | `` | 'countUnit' must be 'days'",
                "14 | 0 | 'countNumber' must be a whole number from 1",
                "sinceImagePushed | sinceBirth | 'countType' must be one of",
                "expire | shred | must be {\"type\":\"expire\"}",
                "\"action\" | \"act\" | has 'act': allowed are",
            })
    void aPolicyThatEcrWouldRejectIsRejected(String part, String replacement, String reason) {
        String text = POLICY.replace(part, replacement == null ? "" : replacement);
        assertThatThrownBy(() -> ecr.putLifecyclePolicy(
                        request -> request.repositoryName("prod/app").lifecyclePolicyText(text)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("Lifecycle policy validation failure")
                .hasMessageContaining(reason);
    }

    @Test
    void aRuleForAnyImageComesLastAndEachPriorityOnce() {
        String any = RULE.replace("untagged", "any");
        for (String rules :
                new String[] {any + "," + RULE.replace("\"rulePriority\":1", "\"rulePriority\":2"), RULE + "," + RULE
                }) {
            assertThatThrownBy(() -> ecr.putLifecyclePolicy(request ->
                            request.repositoryName("prod/app").lifecyclePolicyText("{\"rules\":[" + rules + "]}")))
                    .isInstanceOf(InvalidParameterException.class);
        }
    }

    @Test
    void theScanningConfigurationIsKeptAndToldForEachRepository() {
        assertThat(ecr.getRegistryScanningConfiguration(request -> {})
                        .scanningConfiguration()
                        .scanType())
                .isEqualTo(ScanType.BASIC);
        RegistryScanningRule rule = RegistryScanningRule.builder()
                .scanFrequency("CONTINUOUS_SCAN")
                .repositoryFilters(filter -> filter.filter("prod/*").filterType("WILDCARD"))
                .build();
        ecr.putRegistryScanningConfiguration(
                request -> request.scanType(ScanType.ENHANCED).rules(rule));

        assertThat(ecr.getRegistryScanningConfiguration(request -> {})
                        .scanningConfiguration()
                        .rules())
                .containsExactly(rule);
        assertThat(ecr.batchGetRepositoryScanningConfiguration(
                        request -> request.repositoryNames("prod/app", "prod/none")))
                .satisfies(answer -> {
                    assertThat(answer.scanningConfigurations())
                            .map(RepositoryScanningConfiguration::scanFrequencyAsString)
                            .containsExactly("CONTINUOUS_SCAN");
                    assertThat(answer.failures())
                            .map(failure -> failure.failureCodeAsString())
                            .containsExactly("REPOSITORY_NOT_FOUND");
                });
        assertThatThrownBy(() -> ecr.putRegistryScanningConfiguration(
                        request -> request.scanType(ScanType.BASIC).rules(rule)))
                .hasMessageContaining("needs scanType ENHANCED");
    }
}
