package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator sets, is warned of, and gets back. */
class OperationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([A-Za-z]+)\\}");

    private final Template template = Template.load();

    @Test
    void everyParameterIsUsed() {
        Set<String> used = new TreeSet<>();
        collectReferences(template.source(), used);

        assertThat(used)
                .containsAll(
                        Template.names(template.source().path("Parameters")).toList());
    }

    @Test
    void everyConditionIsUsed() {
        Set<String> used = new TreeSet<>();
        template.source().findValues("Condition").forEach(condition -> used.add(condition.asText()));
        template.source()
                .findValues("Fn::If")
                .forEach(choice -> used.add(choice.get(0).asText()));

        assertThat(used)
                .containsAll(
                        Template.names(template.source().path("Conditions")).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "ServerErrorsAlarm, AWS/ApiGateway, 5XXError, weir",
        "FillErrorsAlarm, AWS/Lambda, Errors, <FillFunction>",
        "RefreshErrorsAlarm, AWS/Lambda, Errors, <RefreshFunction>",
        "FillFailuresAlarm, AWS/SQS, ApproximateNumberOfMessagesVisible, <FillFailures.QueueName>",
        "RefreshFailuresAlarm, AWS/SQS, ApproximateNumberOfMessagesVisible, <RefreshFailures.QueueName>",
        "RegistryDurationAlarm, AWS/Lambda, Duration, <RegistryFunction>",
        "AuthorizerDurationAlarm, AWS/Lambda, Duration, <AuthorizerFunction>",
        "FillDurationAlarm, AWS/Lambda, Duration, <FillFunction>",
        "RefreshDurationAlarm, AWS/Lambda, Duration, <RefreshFunction>"
    })
    void alarmWatches(String alarm, String namespace, String metric, String dimension) {
        JsonNode properties = template.properties(alarm);

        assertThat(properties.path("Namespace").asText()).isEqualTo(namespace);
        assertThat(properties.path("MetricName").asText()).isEqualTo(metric);
        assertThat(properties.at("/Dimensions/0/Value").asText()).isEqualTo(dimension);
    }

    @Test
    void throttlesOfEveryFunctionAreWatched() {
        JsonNode metrics = template.properties("ThrottlesAlarm").path("Metrics");

        assertThat(metrics.findValuesAsText("MetricName")).containsOnly("Throttles");
        assertThat(metrics.findValuesAsText("Value"))
                .containsExactlyInAnyOrderElementsOf(template.resourcesOfType("AWS::Serverless::Function").stream()
                        .map(id -> "<" + id + ">")
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"Registry", "Authorizer", "Fill", "Refresh"})
    void durationAlarmGoesOffShortOfTheTimeout(String name) {
        int timeoutMillis =
                1000 * template.properties(name + "Function").path("Timeout").asInt();

        assertThat(template.properties(name + "DurationAlarm").path("Threshold").asInt())
                .isBetween(timeoutMillis * 3 / 4, timeoutMillis - 1);
    }

    @Test
    void everyAlarmTellsTheTopicIfThereIsOne() {
        String topic = "arn:aws:sns:us-east-1:111122223333:oncall";
        for (String alarm : template.resourcesOfType("AWS::CloudWatch::Alarm")) {
            JsonNode heard = template.with("AlarmTopicArn", topic).properties(alarm);

            assertThat(heard.at("/AlarmActions/0").asText()).as(alarm).isEqualTo(topic);
            assertThat(heard.path("AlarmDescription").asText()).as(alarm).isNotBlank();
            assertThat(template.properties(alarm).has("AlarmActions")).as(alarm).isFalse();
        }
    }

    @Test
    void dashboardIsJson() throws JsonProcessingException {
        JsonNode dashboard = JSON.readTree(
                template.properties("Dashboard").path("DashboardBody").asText());

        assertThat(dashboard.path("widgets")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "OpenOnlyWhenPrivate, off, PRIVATE",
        "PrivateNeedsVpcEndpoint, PRIVATE, VpcEndpointId",
        "DomainNeedsCertificate, DomainName, CertificateArn"
    })
    void settingsThatDoNotFitTogetherAreRefused(String rule, String when, String asked) {
        JsonNode refusal = template.source().path("Rules").path(rule);

        assertThat(refusal.path("RuleCondition").toString()).contains(when);
        assertThat(refusal.at("/Assertions/0/Assert").toString()).contains(asked);
    }

    private static void collectReferences(JsonNode node, Set<String> used) {
        if (node.has("Ref")) {
            used.add(node.path("Ref").asText());
        }
        if (node.isTextual()) {
            Matcher matcher = SUBSTITUTED.matcher(node.asText());
            while (matcher.find()) {
                used.add(matcher.group(1));
            }
        }
        node.forEach(child -> collectReferences(child, used));
    }
}
