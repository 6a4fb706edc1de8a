package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The passwords that Weir rotates: nothing is there for them until a name is given. */
class PullSecretsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/1234";

    private final Template template = Template.load().with("PullSecrets", "team-a,team-b");

    @ParameterizedTest
    @ValueSource(strings = {"PullSecretsFunction", "PullSecretsRole", "PullSecretsLogs", "PullSecretsErrorsAlarm"})
    void nothingIsMadeWithoutNames(String resource) {
        assertThat(Template.load().isThere(resource)).isFalse();
        assertThat(template.isThere(resource)).isTrue();
    }

    @Test
    void theFunctionIsToldTheNamesAndThePrefix() {
        assertThat(template.environment("PullSecretsFunction"))
                .isEqualTo(Map.of(
                        "QUARKUS_LAMBDA_HANDLER", "pull-secrets",
                        "DISABLE_SIGNAL_HANDLERS", "true",
                        "WEIR_PULL_SECRETS", "team-a,team-b",
                        "WEIR_PULL_SECRETS_PREFIX", "weir/pull/",
                        "WEIR_SIGNING_KEYS_SECRET", "<SigningKeys>"));
        assertThat(template.with("KmsKeyArn", KEY).environment("PullSecretsFunction"))
                .containsEntry("WEIR_KMS_KEY", KEY);
    }

    @Test
    void aPasswordIsRotatedAtHalfItsLife() {
        JsonNode rotation = template.properties("PullSecretsFunction").at("/Events/Rotation/Properties");
        assertThat(rotation.path("Schedule").asText()).isEqualTo("rate(6 hours)");
    }

    @Test
    void theKeyThatSignsIsMadeByTheStackAndLongEnough() {
        JsonNode secret = template.properties("SigningKeys");
        assertThat(secret.path("Name").asText()).isEqualTo("weir/signing-keys");
        assertThat(secret.at("/GenerateSecretString/PasswordLength").asInt()).isEqualTo(64);
        assertThat(secret.at("/GenerateSecretString/GenerateStringKey").asText())
                .isEqualTo("k1");
        assertThat(secret.at("/GenerateSecretString/SecretStringTemplate").asText())
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "team-a | true",
                "team-a,team-b | true",
                "a | true",
                "'' | true",
                "Team | false",
                "team-a, team-b | false",
                "team-a, | false",
                "a/b | false",
                "a* | false"
            })
    void namesAreThoseThatTheFunctionTakes(String value, boolean allowed) {
        String pattern =
                template.source().at("/Parameters/PullSecrets/AllowedPattern").asText();
        assertThat(Pattern.matches(pattern, value)).isEqualTo(allowed);
    }

    @Test
    void aRotationThatFailsIsTold() {
        JsonNode alarm = template.properties("PullSecretsErrorsAlarm");
        assertThat(alarm.path("MetricName").asText()).isEqualTo("Errors");
        assertThat(alarm.at("/Dimensions/0/Value").asText()).isEqualTo("<PullSecretsFunction>");
        assertThat(alarm.path("Threshold").asInt()).isEqualTo(1);
    }
}
