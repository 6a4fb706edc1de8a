package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What API Gateway answers by itself, whom it lets through, and what it passes on. */
class GatewayTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Template template = Template.load();

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, 401, UNAUTHORIZED",
        "ACCESS_DENIED, 403, DENIED",
        "THROTTLED, 429, TOOMANYREQUESTS",
        "REQUEST_TOO_LARGE, 413, SIZE_INVALID",
        "INTEGRATION_FAILURE, 503, UNKNOWN",
        "AUTHORIZER_FAILURE, 503, UNKNOWN",
        "AUTHORIZER_CONFIGURATION_ERROR, 503, UNKNOWN",
        "INTEGRATION_TIMEOUT, 504, UNKNOWN",
        "DEFAULT_4XX, 0, UNSUPPORTED",
        "DEFAULT_5XX, 0, UNKNOWN"
    })
    void gatewayAnswersWithTheSpecsErrors(String type, int status, String code) throws JsonProcessingException {
        JsonNode response = template.properties("Api").at("/GatewayResponses/" + type);
        JsonNode body = JSON.readTree(
                response.at("/ResponseTemplates/application~1json").asText());

        assertThat(response.path("StatusCode").asInt()).isEqualTo(status);
        assertThat(body.path("errors")).hasSize(1);
        assertThat(body.at("/errors/0/code").asText()).isEqualTo(code);
        assertThat(body.at("/errors/0/message").asText()).isNotBlank();
    }

    @Test
    void dockerIsAskedForBasicCredentials() {
        JsonNode headers = template.properties("Api").at("/GatewayResponses/UNAUTHORIZED/ResponseParameters/Headers");

        assertThat(headers.path("WWW-Authenticate").asText()).isEqualTo("'Basic realm=\"weir\"'");
    }

    @ParameterizedTest
    @CsvSource({"THROTTLED, 1", "INTEGRATION_FAILURE, 5", "AUTHORIZER_FAILURE, 5", "AUTHORIZER_CONFIGURATION_ERROR, 5"})
    void clientThatMayTryAgainIsToldWhen(String type, int seconds) {
        JsonNode headers = template.properties("Api").at("/GatewayResponses/" + type + "/ResponseParameters/Headers");

        assertThat(headers.path("Retry-After").asText()).isEqualTo("'" + seconds + "'");
    }

    @Test
    void samMakesNoStageOfItsOwn() {
        assertThat(template.source().at("/Globals/Api/OpenApiVersion").asText())
                .isEqualTo(definition(template).path("swagger").asText());
    }

    @ParameterizedTest
    @CsvSource({"/, RegistryFunction", "/{proxy+}, RegistryFunction", "/_wait/{proxy+}, WaitFunction"})
    void everyMethodAndPathReachesTheAliasThroughTheAuthorizer(String path, String function) {
        JsonNode method = definition(template).path("paths").path(path).path("x-amazon-apigateway-any-method");
        JsonNode integration = method.path("x-amazon-apigateway-integration");

        assertThat(method.at("/security/0").has("users")).isTrue();
        assertThat(integration.path("type").asText()).isEqualTo("aws_proxy");
        assertThat(integration.path("uri").asText()).contains("functions/<" + function + ".Alias>/invocations");
    }

    @Test
    void everyPathIsOneOfThese() {
        assertThat(Template.names(definition(template).path("paths")))
                .containsExactlyInAnyOrder("/", "/{proxy+}", "/_wait/{proxy+}");
    }

    /** "Use API Gateway Lambda authorizers", "AWS::Lambda::Permission": a source ARN names stage, method and path. */
    @ParameterizedTest
    @CsvSource({"Registry, /v2/*", "Wait, /v2/*/_wait/*"})
    void functionMayBeCalledByItsPathsOnly(String function, String path) {
        assertThat(template.properties(function + "InvokedByApi")
                        .path("SourceArn")
                        .asText())
                .endsWith(":<Api>" + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/{proxy+}", "/_wait/{proxy+}"})
    void authenticationGoesOffOnlyBySayingSo(String path) {
        JsonNode method = definition(template.with("Authentication", "off"))
                .path("paths")
                .path(path)
                .path("x-amazon-apigateway-any-method");

        assertThat(method.path("security").isArray()).isTrue();
        assertThat(method.path("security")).isEmpty();
    }

    @Test
    void authorizerIsAskedOncePerPasswordAddressAndMinuteAndNeverWithoutAPassword() {
        JsonNode scheme = definition(template).at("/securityDefinitions/users");
        JsonNode authorizer = scheme.path("x-amazon-apigateway-authorizer");

        assertThat(scheme.path("name").asText()).isEqualTo("Authorization");
        assertThat(authorizer.path("type").asText()).isEqualTo("request");
        assertThat(authorizer.path("identitySource").asText())
                .isEqualTo("method.request.header.Authorization, context.identity.sourceIp");
        assertThat(authorizer.path("authorizerResultTtlInSeconds").asInt()).isEqualTo(60);
        assertThat(authorizer.path("authorizerUri").asText())
                .contains("functions/<AuthorizerFunction.Alias>/invocations");
    }

    @Test
    void stageIsTheFirstPartOfEveryPathOfTheSpec() {
        assertThat(template.properties("Api").path("StageName").asText()).isEqualTo("v2");
        assertThat(template.properties("DomainMapping").path("BasePath").asText())
                .isEqualTo("v2");
        assertThat(template.properties("DomainMapping").path("Stage").asText()).isEqualTo("<Api.Stage>");
    }

    @Test
    void manifestsPassByteForByte() {
        JsonNode binary = definition(template).path("x-amazon-apigateway-binary-media-types");

        assertThat(binary).hasSize(1);
        assertThat(binary.get(0).asText()).isEqualTo("*/*");
    }

    @Test
    void accessLogHoldsNoHeaderAndNoQuery() throws JsonProcessingException {
        String format =
                template.properties("Api").at("/AccessLogSetting/Format").asText();

        assertThat(JSON.readTree(format).size()).isPositive();
        assertThat(format).doesNotContainIgnoringCase("authorization").doesNotContainIgnoringCase("querystring");
        assertThat(template.properties("Api").at("/MethodSettings/0").has("DataTraceEnabled"))
                .isFalse();
    }

    @Test
    void callersAreThrottledBelowTheSmallestQuotaOfARegion() {
        JsonNode settings = template.properties("Api").at("/MethodSettings/0");

        assertThat(settings.path("ThrottlingRateLimit").asInt()).isBetween(1, 2500);
        assertThat(settings.path("ThrottlingBurstLimit").asInt()).isBetween(1, 1250);
    }

    @Test
    void operatorSetsTheThrottle() {
        JsonNode settings = template.with("ThrottleRate", "10000")
                .with("ThrottleBurst", "5000")
                .properties("Api")
                .at("/MethodSettings/0");

        assertThat(settings.path("ThrottlingRateLimit").asInt()).isEqualTo(10_000);
        assertThat(settings.path("ThrottlingBurstLimit").asInt()).isEqualTo(5000);
    }

    @Test
    void addressThatAsksTooMuchIsAnswered429() throws JsonProcessingException {
        JsonNode acl = template.with("AddressRateLimit", "3000").properties("WebAcl");
        JsonNode blocked = acl.at("/Rules/0/Action/Block/CustomResponse");
        JsonNode body = JSON.readTree(
                acl.at("/CustomResponseBodies/TooManyRequests/Content").asText());

        assertThat(acl.at("/Rules/0/Statement/RateBasedStatement/Limit").asInt())
                .isEqualTo(3000);
        assertThat(blocked.path("ResponseCode").asInt()).isEqualTo(429);
        assertThat(blocked.at("/ResponseHeaders/0/Name").asText()).isEqualTo("Retry-After");
        assertThat(body.at("/errors/0/code").asText()).isEqualTo("TOOMANYREQUESTS");
    }

    @Test
    void apiWaitsForTheRoleThatItLogsThrough() {
        String waits = template.properties("Api").path("Description").asText();
        String goesAhead = template.with("GatewayLogRole", "existing")
                .properties("Api")
                .path("Description")
                .asText();

        assertThat(waits).contains("<ApiAccount>");
        assertThat(goesAhead).doesNotContain("<ApiAccount>").isNotBlank();
    }

    @Test
    void regionalRegistryIsOpenToTheAllowedAddresses() {
        Template narrowed = template.with("AllowedSourceCidrs", "203.0.113.0/24");

        assertThat(template.properties("Api").path("EndpointConfiguration"))
                .isEqualTo(JSON.createObjectNode().put("Type", "REGIONAL"));
        assertThat(denials(narrowed)).containsExactly("{\"NotIpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}");
    }

    @Test
    void privateRegistryIsOpenThroughItsEndpointOnly() {
        Template closed = template.with("EndpointType", "PRIVATE")
                .with("VpcEndpointId", "vpce-0a1b")
                .with("AllowedSourceCidrs", "10.0.0.0/8");

        assertThat(closed.properties("Api")
                        .at("/EndpointConfiguration/VPCEndpointIds/0")
                        .asText())
                .isEqualTo("vpce-0a1b");
        assertThat(denials(closed))
                .containsExactly(
                        "{\"StringNotEquals\":{\"aws:SourceVpce\":\"vpce-0a1b\"}}",
                        "{\"NotIpAddress\":{\"aws:VpcSourceIp\":\"10.0.0.0/8\"}}");
    }

    private static List<String> denials(Template template) {
        List<String> conditions = new ArrayList<>();
        for (JsonNode statement : definition(template).at("/x-amazon-apigateway-policy/Statement")) {
            if (statement.path("Effect").asText().equals("Deny")) {
                conditions.add(statement.path("Condition").toString());
            }
        }
        return conditions;
    }

    private static JsonNode definition(Template template) {
        return template.properties("Api").path("DefinitionBody");
    }
}
