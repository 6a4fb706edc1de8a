package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.control.RuleAdmission;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway of the admin API: an HTTP API, because a REST API drops signatures. */
class ControlApiTest {
    private final Template template = Template.load();

    @ParameterizedTest
    @CsvSource({
        "EcrRoute, POST /ecr",
        "EcrWithSlashRoute, POST /ecr/",
        "StsRoute, POST /sts",
        "StsWithSlashRoute, POST /sts/",
        "RootRoute, POST /"
    })
    void anEndpointIsTakenWithAndWithoutASlashAtItsEnd(String route, String key) {
        JsonNode properties = template.properties(route);

        assertThat(properties.path("RouteKey").asText()).isEqualTo(key);
        assertThat(properties.path("Target").asText()).isEqualTo("integrations/<ControlIntegration>");
        // The signature is Weir's to verify: the gateway knows only IAM's.
        assertThat(properties.has("AuthorizationType")).isFalse();
    }

    @Test
    void nothingElseIsRouted() {
        assertThat(template.resourcesOfType("AWS::ApiGatewayV2::Route")).hasSize(5);
        assertThat(template.properties("ControlApi").path("ProtocolType").asText())
                .isEqualTo("HTTP");
    }

    @Test
    void theFunctionIsCalledThroughItsAliasAndOnlyByThisApi() {
        JsonNode integration = template.properties("ControlIntegration");

        assertThat(integration.path("IntegrationUri").asText()).isEqualTo("<ControlFunction.Alias>");
        assertThat(integration.path("PayloadFormatVersion").asText()).isEqualTo("2.0");
        assertThat(template.properties("ControlInvokedByApi").path("SourceArn").asText())
                .isEqualTo("arn:aws:execute-api:us-east-1:111122223333:<ControlApi>/$default/POST/*");
    }

    @Test
    void callsAreThrottledAndLoggedWithoutHeaders() {
        JsonNode stage = template.properties("ControlStage");

        assertThat(stage.at("/DefaultRouteSettings/ThrottlingRateLimit").asInt())
                .isPositive();
        assertThat(stage.at("/DefaultRouteSettings/ThrottlingBurstLimit").asInt())
                .isPositive();
        assertThat(stage.at("/AccessLogSettings/DestinationArn").asText()).isEqualTo("<ControlApiLogs.Arn>");
        assertThat(stage.at("/AccessLogSettings/Format").asText()).doesNotContain("header", "query", "authorizer");
    }

    @Test
    void atTheOwnDomainAllButTheRegistryIsTheAdminApi() {
        Template own = template.with("DomainName", "weir.example.org");

        assertThat(own.properties("ControlMapping").has("ApiMappingKey")).isFalse();
        assertThat(own.properties("DomainMapping").path("BasePath").asText()).isEqualTo("v2");
        assertThat(own.environment("ControlFunction")).containsEntry("WEIR_HOST", "weir.example.org");
    }

    @Test
    void theOperatorSetsHowManyRulesThereMayBe() {
        assertThat(template.environment("ControlFunction"))
                .containsEntry("WEIR_MAX_RULES", Integer.toString(RuleAdmission.DEFAULT_MAX_RULES));
        assertThat(template.with("MaxRules", "50").environment("ControlFunction"))
                .containsEntry("WEIR_MAX_RULES", "50");
    }

    @Test
    void theFirstKeyIsRandomAndMadeByTheStack() {
        JsonNode made = template.properties("ControlKeys").path("GenerateSecretString");

        assertThat(template.properties("ControlKeys").has("SecretString")).isFalse();
        assertThat(made.path("GenerateStringKey").asText()).isEqualTo("weir-admin");
        assertThat(made.path("PasswordLength").asInt()).isGreaterThanOrEqualTo(32);
    }

    @Test
    void withoutTheAdminApiNothingOfItIsMade() {
        List<String> ofTheApi = List.of(
                "ControlFunction",
                "ControlLogs",
                "ControlRole",
                "ControlInvokedByApi",
                "ControlKeys",
                "ControlApi",
                "ControlIntegration",
                "EcrRoute",
                "EcrWithSlashRoute",
                "StsRoute",
                "StsWithSlashRoute",
                "RootRoute",
                "ControlStage",
                "ControlApiLogs",
                "ControlErrorsAlarm",
                "ControlDurationAlarm");

        assertThat(ofTheApi).allSatisfy(id -> assertThat(
                        template.source().at("/Resources/" + id + "/Condition").asText())
                .isEqualTo("Administered"));
        assertThat(template.source().at("/Resources/ControlMapping/Condition").asText())
                .isEqualTo("AdministeredAtOwnDomain");
    }
}
