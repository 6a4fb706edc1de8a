package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcrModelTest {
    private final EcrModel model = new EcrModel();

    private void check(String operation, String json) {
        try {
            model.check(operation, new ObjectMapper().readTree(json.replace('\'', '"')));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'quay','upstreamRegistryUrl':'quay.io'}",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'ROOT','upstreamRegistryUrl':'quay.io','registryId':null}",
                "DescribePullThroughCacheRules | {}",
                "DescribePullThroughCacheRules | {'maxResults':1000}",
                "TagResource | {'resourceArn':'arn:x','tags':[{'Key':'weir:allow','Value':'a b'}]}",
                "BatchGetImage | {'repositoryName':'a/b','imageIds':[{'imageTag':'1'}]}",
                "PutRegistryScanningConfiguration | {'rules':[{'scanFrequency':'SCAN_ON_PUSH','repositoryFilters':[{'filter':'a*b/c','filterType':'WILDCARD'}]}]}",
            })
    void anInputOfTheModelIsTaken(String operation, String json) {
        check(operation, json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CreatePullThroughCacheRule | {'upstreamRegistryUrl':'quay.io'} | ecrRepositoryPrefix | must not be null",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':null,'upstreamRegistryUrl':'q'} | ecrRepositoryPrefix | must not be null",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'q','upstreamRegistryUrl':'q'} | ecrRepositoryPrefix | must have length greater than or equal to 2",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'qu','upstreamRegistryUrl':'q','registryId':'12'} | registryId | must satisfy regular expression '[0-9]{12}'",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'qu','upstreamRegistryUrl':'q','upstreamRegistry':'x'} | upstreamRegistry | must satisfy enum value set: [\"ecr\",\"ecr-public\",\"quay\",\"k8s\",\"docker-hub\",\"github-container-registry\",\"azure-container-registry\",\"gitlab-container-registry\",\"chainguard\"]",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':'qu','upstreamRegistryUrl':'q','other':1} | other | must be one of ecrRepositoryPrefix, upstreamRegistryUrl, registryId, upstreamRegistry, credentialArn, customRoleArn, upstreamRepositoryPrefix",
                "DescribePullThroughCacheRules | {'maxResults':0} | maxResults | must be greater than or equal to 1",
                "DescribePullThroughCacheRules | {'maxResults':1001} | maxResults | must be less than or equal to 1000",
                "BatchGetImage | {'repositoryName':'aa','imageIds':[]} | imageIds | must have size greater than or equal to 1",
            })
    void anInputOutsideTheModelIsAnInvalidParameter(String operation, String json, String path, String constraint) {
        assertThatThrownBy(() -> check(operation, json)).isInstanceOfSatisfying(EcrException.class, e -> {
            assertThat(e.code()).isEqualTo(EcrException.Code.INVALID_PARAMETER);
            assertThat(e)
                    .hasMessage(
                            "Invalid parameter at '" + path + "' failed to satisfy constraint: '" + constraint + "'");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CreatePullThroughCacheRule | [] | '' must be an object",
                "CreatePullThroughCacheRule | {'ecrRepositoryPrefix':7,'upstreamRegistryUrl':'q'} | 'ecrRepositoryPrefix' must be text",
                "DescribePullThroughCacheRules | {'maxResults':1.5} | 'maxResults' must be a whole number",
                "DescribePullThroughCacheRules | {'maxResults':99999999999999999999} | 'maxResults' must be a whole number",
                "DeleteRepository | {'repositoryName':'aa','force':'yes'} | 'force' must be true or false",
                "DescribePullThroughCacheRules | {'ecrRepositoryPrefixes':{}} | 'ecrRepositoryPrefixes' must be a list",
            },
            quoteCharacter = '`')
    void anInputOfAnotherTypeIsNotSerialized(String operation, String json, String message) {
        assertThatThrownBy(() -> check(operation, json)).isInstanceOfSatisfying(EcrException.class, e -> {
            assertThat(e.code()).isEqualTo(EcrException.Code.SERIALIZATION);
            assertThat(e).hasMessage(message);
        });
    }

    /** Where the model's own pattern would take a backtracking matcher for ever. */
    @Test
    void aLongFilterIsCheckedInLinearTime() {
        String filter = "a".repeat(254) + "!";

        assertThatThrownBy(() -> check(
                        "PutRegistryScanningConfiguration",
                        "{'rules':[{'scanFrequency':'MANUAL','repositoryFilters':[{'filter':'" + filter
                                + "','filterType':'WILDCARD'}]}]}"))
                .isInstanceOf(EcrException.class)
                .hasMessageContaining("rules.1.member.repositoryFilters.1.member.filter");
    }

    @Test
    void anOperationIsNamedByItsTarget() {
        assertThat(model.operation("AmazonEC2ContainerRegistry_V20150921.DescribeRegistry"))
                .isEqualTo("DescribeRegistry");
        assertThatThrownBy(() -> model.operation("DescribeRegistry")).isInstanceOf(EcrException.class);
        assertThatThrownBy(() -> model.operation("AmazonEC2ContainerRegistry_V20150921.Nothing"))
                .isInstanceOf(EcrException.class);
    }
}
