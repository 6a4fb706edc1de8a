package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How each function runs, what it is told, and what feeds it. */
class FunctionsTest {
    private static final Map<String, Map<String, String>> ENVIRONMENT = Map.of(
            "RegistryFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "registry",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>",
                    "WEIR_REFRESH_INTERVAL", "PT24H"),
            "AuthorizerFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "authorizer",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_USERS_SECRET", "weir/users"),
            "FillFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "fill",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>"),
            "RefreshFunction",
            Map.of(
                    "QUARKUS_LAMBDA_HANDLER", "refresh",
                    "DISABLE_SIGNAL_HANDLERS", "true",
                    "WEIR_TABLE", "<Table>",
                    "WEIR_BUCKET", "<Bucket>",
                    "WEIR_EVENT_BUS", "<EventBus>",
                    "WEIR_REFRESH_INTERVAL", "PT24H",
                    "WEIR_REFRESH_IDLE", "P30D",
                    "WEIR_STACK", "weir"));

    private final Template template = Template.load();

    @ParameterizedTest
    @ValueSource(strings = {"RegistryFunction", "AuthorizerFunction", "FillFunction", "RefreshFunction"})
    void functionIsToldWhatItNeedsAndNothingElse(String function) {
        assertThat(template.environment(function)).isEqualTo(ENVIRONMENT.get(function));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RegistryFunction", "AuthorizerFunction", "FillFunction", "RefreshFunction"})
    void nativeFunctionRunsOnTheOsRuntimeWithoutSnapStart(String function) {
        JsonNode properties = template.properties(function);

        assertThat(properties.path("Runtime").asText()).isEqualTo("provided.al2023");
        assertThat(properties.path("Handler").asText()).isEqualTo("not.used.in.provided.runtime");
        assertThat(properties.at("/SnapStart/ApplyOn").asText()).isEqualTo("None");
        assertThat(properties.at("/Architectures/0").asText()).isEqualTo("arm64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RegistryFunction", "AuthorizerFunction", "FillFunction", "RefreshFunction"})
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
    @ValueSource(strings = {"RegistryFunction", "AuthorizerFunction", "FillFunction", "RefreshFunction"})
    void everyChangePublishesAVersionBehindTheAlias(String function) {
        JsonNode properties = template.properties(function);

        assertThat(properties.path("CodeUri").asText()).isEqualTo("target/function.zip");
        assertThat(properties.path("AutoPublishAlias").asText()).isEqualTo("live");
        assertThat(properties.path("AutoPublishAliasAllProperties").asBoolean()).isTrue();
        assertThat(properties.path("Tracing").asText()).isEqualTo("Active");
    }

    @ParameterizedTest
    @CsvSource({"Registry, 28", "Authorizer, 10", "Fill, 900", "Refresh, 840"})
    void timeoutFitsWhatTheFunctionWaitsFor(String name, int seconds) {
        assertThat(template.properties(name + "Function").path("Timeout").asInt())
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"Registry, registry", "Authorizer, authorizer", "Fill, fill", "Refresh, refresh"})
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
        "AuthorizerMemory, AuthorizerFunction, MemorySize",
        "FillMemory, FillFunction, MemorySize",
        "RefreshMemory, RefreshFunction, MemorySize",
        "RegistryConcurrency, RegistryFunction, ReservedConcurrentExecutions",
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
    @ValueSource(strings = {"RegistryFunction", "FillFunction"})
    void concurrencyIsSharedWhereNothingIsReserved(String function) {
        assertThat(template.properties(function).has("ReservedConcurrentExecutions"))
                .isFalse();
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
