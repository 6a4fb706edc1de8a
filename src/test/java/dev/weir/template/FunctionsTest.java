package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.aws.sts.ExternalId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How each function runs, what it is told, and what feeds it. */
class FunctionsTest {
    private static final Map<String, Map<String, String>> ENVIRONMENT = Map.of(
            "RegistryFunction",
            Map.ofEntries(
                    Map.entry("QUARKUS_LAMBDA_HANDLER", "registry"),
                    Map.entry("DISABLE_SIGNAL_HANDLERS", "true"),
                    Map.entry("WEIR_TABLE", "<Table>"),
                    Map.entry("WEIR_BUCKET", "<Bucket>"),
                    Map.entry("WEIR_EVENT_BUS", "<EventBus>"),
                    Map.entry("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional"),
                    Map.entry("WEIR_MAX_PREFETCHED", "100"),
                    Map.entry("WEIR_REFRESH_INTERVAL", "PT24H"),
                    Map.entry("WEIR_URL_LIFE", "PT900S"),
                    Map.entry("WEIR_SIGNING_KEYS_SECRET", "<SigningKeys>"),
                    Map.entry("WEIR_ACCOUNT", "111122223333"),
                    Map.entry("WEIR_PARTITION", "aws")),
            "WaitFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "registry",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>",
                    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional",
                    "WEIR_ACCOUNT", "111122223333",
                    "WEIR_PARTITION", "aws",
                    "WEIR_URL_LIFE", "PT900S",
                    "WEIR_PATIENCE", "PT22S"),
            "ControlFunction",
            Map.ofEntries(
                    Map.entry("QUARKUS_LAMBDA_HANDLER", "control"),
                    Map.entry("DISABLE_SIGNAL_HANDLERS", "true"),
                    Map.entry("WEIR_TABLE", "<Table>"),
                    Map.entry("WEIR_BUCKET", "<Bucket>"),
                    Map.entry("WEIR_EVENT_BUS", "<EventBus>"),
                    Map.entry("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional"),
                    Map.entry("WEIR_REFRESH_INTERVAL", "PT24H"),
                    Map.entry("WEIR_URL_LIFE", "PT900S"),
                    Map.entry("WEIR_ACCOUNT", "111122223333"),
                    Map.entry("WEIR_PARTITION", "aws"),
                    Map.entry("WEIR_HOST", "<Api>.execute-api.us-east-1.amazonaws.com"),
                    Map.entry("WEIR_CONTROL_KEYS_SECRET", "<ControlKeys>"),
                    Map.entry("WEIR_MAX_RULES", "1000"),
                    Map.entry("WEIR_IDENTITIES_SECRET", "weir/identities"),
                    Map.entry("WEIR_SIGNING_KEYS_SECRET", "<SigningKeys>")),
            "AuthorizerFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "authorizer",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_SIGNING_KEYS_SECRET", "<SigningKeys>",
                    "WEIR_IDENTITIES_SECRET", "weir/identities",
                    "WEIR_USERS_SECRET", "weir/users"),
            "FillFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "fill",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>",
                    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional"),
            "RefreshFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "refresh",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>",
                    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional",
                    "WEIR_REFRESH_INTERVAL", "PT24H",
                    "WEIR_REFRESH_IDLE", "P30D",
                    "WEIR_STACK", "weir"));

    /** Those that dial upstreams are told this too. */
    private static final Map<String, String> TO_DIAL = Map.of(
            "WEIR_ECR_PUBLIC_TOKEN", "off",
            "WEIR_ROLE_EXTERNAL_ID", "arn:aws:cloudformation:us-east-1:111122223333:stack/weir/0a1b2c3d");

    private final Template template = Template.load();

    /** Those that are always there, with AdminApi on. */
    private static List<String> functions() {
        return List.of(
                "RegistryFunction",
                "WaitFunction",
                "ControlFunction",
                "AuthorizerFunction",
                "FillFunction",
                "RefreshFunction");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void functionIsToldWhatItNeedsAndNothingElse(String function) {
        Map<String, String> expected = new HashMap<>(ENVIRONMENT.getOrDefault(function, Map.of()));
        if (!function.equals("AuthorizerFunction") && !function.equals("WaitFunction")) {
            expected.putAll(TO_DIAL);
        }

        assertThat(template.environment(function)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void nativeFunctionRunsOnTheOsRuntimeWithoutSnapStart(String function) {
        JsonNode properties = template.properties(function);

        assertThat(properties.path("Runtime").asText()).isEqualTo("provided.al2023");
        assertThat(properties.path("Handler").asText()).isEqualTo("not.used.in.provided.runtime");
        assertThat(properties.at("/SnapStart/ApplyOn").asText()).isEqualTo("None");
        assertThat(properties.at("/Architectures/0").asText()).isEqualTo("arm64");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void jvmFunctionRunsOnJavaWithSnapStart(String function) {
        Template jvm = template.with("Runtime", "jvm");
        JsonNode properties = jvm.properties(function);

        assertThat(properties.path("Runtime").asText()).isEqualTo("java21");
        assertThat(properties.path("Handler").asText())
                .isEqualTo("io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest");
        assertThat(properties.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
        assertThat(jvm.environment(function)).doesNotContainKey("DISABLE_SIGNAL_HANDLERS");
        boolean hashesMuch = function.equals("FillFunction") || function.equals("RefreshFunction");
        assertThat(jvm.environment(function).getOrDefault("JAVA_TOOL_OPTIONS", ""))
                .isEqualTo(hashesMuch ? "-XX:+TieredCompilation -XX:TieredStopAtLevel=4" : "");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyChangePublishesAVersionBehindTheAlias(String function) {
        JsonNode properties = template.properties(function);

        assertThat(properties.path("CodeUri").asText()).isEqualTo("target/function.zip");
        assertThat(properties.path("AutoPublishAlias").asText()).isEqualTo("live");
        assertThat(properties.path("AutoPublishAliasAllProperties").asBoolean()).isTrue();
        assertThat(properties.path("VersionDescription").asText()).isNotBlank();
        assertThat(template.resource(function).path("UpdateReplacePolicy").asText())
                .isEqualTo("Retain");
    }

    @ParameterizedTest
    @MethodSource("functions")
    void tracingHasASwitch(String function) {
        assertThat(template.properties(function).path("Tracing").asText()).isEqualTo("Active");
        assertThat(template.with("Tracing", "off")
                        .properties(function)
                        .path("Tracing")
                        .asText())
                .isEqualTo("PassThrough");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RegistryFunction", "ControlFunction", "FillFunction", "RefreshFunction"})
    void upstreamIsCalledThroughTheOperatorsProxyAndSubnets(String function) {
        Template own = template.with("UpstreamProxy", "http://proxy.example.com:3128")
                .with("SubnetIds", "subnet-0a1b2c3d,subnet-1a1b2c3d")
                .with("SecurityGroupIds", "sg-0a1b2c3d");
        JsonNode network = own.properties(function).path("VpcConfig");

        assertThat(own.environment(function)).containsEntry("WEIR_UPSTREAM_PROXY", "http://proxy.example.com:3128");
        assertThat(network.path("SubnetIds")).hasSize(2);
        assertThat(network.at("/SubnetIds/1").asText()).isEqualTo("subnet-1a1b2c3d");
        assertThat(network.at("/SecurityGroupIds/0").asText()).isEqualTo("sg-0a1b2c3d");
        assertThat(template.properties(function).has("VpcConfig")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RegistryFunction", "ControlFunction", "FillFunction", "RefreshFunction"})
    void rolesOfRulesAreAssumedWithAnIdThatNoOtherStackHas(String function) {
        String stack = "arn:aws:cloudformation:us-east-1:111122223333:stack/weir/0a1b2c3d";

        assertThat(template.environment(function))
                .containsEntry("WEIR_ROLE_EXTERNAL_ID", ExternalId.parse(stack).value())
                .containsEntry("WEIR_ECR_PUBLIC_TOKEN", "off");
        assertThat(template.with("EcrPublicToken", "on").environment(function))
                .containsEntry("WEIR_ECR_PUBLIC_TOKEN", "on");
        assertThat(template.source()
                        .at("/Outputs/UpstreamRoleExternalId/Value/Ref")
                        .asText())
                .isEqualTo("AWS::StackId");
    }

    @ParameterizedTest
    @CsvSource({"Registry, 24", "Wait, 28", "Authorizer, 10", "Fill, 900", "Refresh, 840"})
    void timeoutFitsWhatTheFunctionWaitsFor(String name, int seconds) {
        assertThat(template.properties(name + "Function").path("Timeout").asInt())
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "Registry, registry",
        "Wait, wait",
        "Control, control",
        "Authorizer, authorizer",
        "Fill, fill",
        "Refresh, refresh"
    })
    void logsAreKeptAsLongAsTheOperatorSays(String name, String path) {
        JsonNode group = template.with("LogRetentionDays", "7").properties(name + "Logs");

        assertThat(template.properties(name + "Function")
                        .at("/LoggingConfig/LogGroup")
                        .asText())
                .isEqualTo("<" + name + "Logs>");
        assertThat(group.path("LogGroupName").asText()).isEqualTo("/aws/lambda/weir/" + path);
        assertThat(group.path("RetentionInDays").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "RegistryMemory, RegistryFunction, MemorySize",
        "WaitMemory, WaitFunction, MemorySize",
        "ControlMemory, ControlFunction, MemorySize",
        "ControlConcurrency, ControlFunction, ReservedConcurrentExecutions",
        "AuthorizerMemory, AuthorizerFunction, MemorySize",
        "FillMemory, FillFunction, MemorySize",
        "RefreshMemory, RefreshFunction, MemorySize",
        "RegistryConcurrency, RegistryFunction, ReservedConcurrentExecutions",
        "WaitConcurrency, WaitFunction, ReservedConcurrentExecutions",
        "AuthorizerConcurrency, AuthorizerFunction, ReservedConcurrentExecutions",
        "FillConcurrency, FillFunction, ReservedConcurrentExecutions"
    })
    void operatorSetsMemoryAndConcurrency(String parameter, String function, String property) {
        assertThat(template.with(parameter, "1234")
                        .properties(function)
                        .path(property)
                        .asInt())
                .isEqualTo(1234);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Registry", "Wait", "Control", "Authorizer", "Fill"})
    void concurrencyIsReservedUnlessTheOperatorSharesIt(String name) {
        Template sharing = template.with(name + "Concurrency", "0");

        assertThat(template.properties(name + "Function")
                        .path("ReservedConcurrentExecutions")
                        .asInt())
                .isPositive();
        assertThat(sharing.properties(name + "Function").has("ReservedConcurrentExecutions"))
                .isFalse();
    }

    /** The function answers a second before its timeout, and looks at most two seconds apart. */
    @Test
    void waitingEndsBeforeTheFunctionsTimeoutAndThatBeforeTheGateways() {
        Duration patience = Duration.parse(template.environment("WaitFunction").getOrDefault("WEIR_PATIENCE", ""));
        int timeout = template.properties("WaitFunction").path("Timeout").asInt();

        assertThat(patience.plusSeconds(2)).isLessThanOrEqualTo(Duration.ofSeconds(timeout - 1));
        assertThat(timeout).isLessThan(29);
        assertThat(template.environment("RegistryFunction")).doesNotContainKey("WEIR_PATIENCE");
    }

    @Test
    void aManifestAsksForNoMoreFillsAheadThanMayRun() {
        assertThat(template.with("FillConcurrency", "7").environment("RegistryFunction"))
                .containsEntry("WEIR_MAX_PREFETCHED", "7");
        assertThat(template.with("FillConcurrency", "0").environment("RegistryFunction"))
                .doesNotContainKey("WEIR_MAX_PREFETCHED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WaitFunction", "AuthorizerFunction"})
    void whatCallsNoUpstreamRunsInNoVpc(String function) {
        Template own = template.with("UpstreamProxy", "http://proxy.example.com:3128")
                .with("SubnetIds", "subnet-0a1b2c3d")
                .with("SecurityGroupIds", "sg-0a1b2c3d");

        assertThat(own.properties(function).has("VpcConfig")).isFalse();
        assertThat(own.environment(function)).doesNotContainKey("WEIR_UPSTREAM_PROXY");
    }

    @Test
    void reservedSharesLeaveFourHundredOfTheUsualQuotaToOthers() {
        int reserved = template.resourcesOfType("AWS::Serverless::Function").stream()
                .mapToInt(id -> template.properties(id)
                        .path("ReservedConcurrentExecutions")
                        .asInt())
                .sum();

        assertThat(reserved).isBetween(1, 600);
    }

    @ParameterizedTest
    @CsvSource({
        "FillFunction, BlobFillRequested, FillFailures",
        "RefreshFunction, Tick, RefreshFailures",
        "RefreshFunction, RefreshContinues, RefreshFailures"
    })
    void undeliveredEventLandsInTheDeadLetterQueue(String function, String event, String queue) {
        JsonNode properties = template.properties(function).at("/Events/" + event + "/Properties");

        assertThat(properties.at("/DeadLetterConfig/Arn").asText()).isEqualTo("<" + queue + ".Arn>");
        assertThat(properties.at("/RetryPolicy/MaximumRetryAttempts").asInt()).isPositive();
        assertThat(properties.at("/RetryPolicy/MaximumEventAgeInSeconds").asInt())
                .isPositive();
    }

    @ParameterizedTest
    @CsvSource({"Fill", "Refresh"})
    void failedRunLandsInTheDeadLetterQueueAfterRetries(String name) {
        JsonNode async = template.properties(name + "Function").path("EventInvokeConfig");

        assertThat(async.at("/DestinationConfig/OnFailure/Destination").asText())
                .isEqualTo("<" + name + "Failures.Arn>");
        assertThat(async.path("MaximumRetryAttempts").asInt()).isPositive();
    }

    @Test
    void refreshTicksAsTheOperatorSays() {
        JsonNode tick = template.with("RefreshSchedule", "rate(1 hour)")
                .properties("RefreshFunction")
                .at("/Events/Tick");

        assertThat(tick.path("Type").asText()).isEqualTo("Schedule");
        assertThat(tick.at("/Properties/Schedule").asText()).isEqualTo("rate(1 hour)");
    }
}
