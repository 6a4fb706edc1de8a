package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
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
        "RefreshOverdueAlarm, Weir, RefreshOldestOverdue, weir",
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
    void overdueAlarmGoesOffWhenTagsStayTwoHoursLate() {
        JsonNode alarm = template.properties("RefreshOverdueAlarm");

        assertThat(alarm.at("/Dimensions/0/Name").asText()).isEqualTo("Stack");
        assertThat(Duration.ofMillis(alarm.path("Threshold").asLong())).isEqualTo(Duration.ofHours(2));
        assertThat(Duration.ofSeconds(alarm.path("Period").asLong()
                        * alarm.path("EvaluationPeriods").asLong()))
                .isEqualTo(Duration.ofMinutes(45));
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

    @Test
    void dashboardShowsWhatARefreshTickReports() {
        assertThat(template.properties("Dashboard").path("DashboardBody").asText())
                .contains("\"Weir\", \"RefreshDue\", \"Stack\", \"weir\"")
                .contains(
                        "RefreshChecked",
                        "RefreshUnchanged",
                        "RefreshMoved",
                        "RefreshImmutable",
                        "RefreshFailed",
                        "RefreshSkipped",
                        "RefreshUpstreamCalls",
                        "RefreshDuration",
                        "RefreshOldestOverdue");
    }

    @ParameterizedTest
    @CsvSource({
        "PT24H, true",
        "P30D, true",
        "PT1M, true",
        "PT1H30M, true",
        "P1DT12H, true",
        "P0DT10M, true",
        "PT0M, false",
        "PT0S, false",
        "P0D, false",
        "PT90S, false",
        "P1M, false",
        "P1W, false",
        "P, false",
        "PT, false",
        "P1DT, false",
        "PT1M1H, false",
        "24h, false",
        "'', false"
    })
    void refreshTimesAreWholeMinutesAtLeastOne(String value, boolean allowed) {
        for (String parameter : List.of("RefreshInterval", "RefreshIdle")) {
            JsonNode definition = template.source().path("Parameters").path(parameter);

            assertThat(Pattern.matches(definition.path("AllowedPattern").asText(), value))
                    .as(parameter)
                    .isEqualTo(allowed);
            assertThat(definition.path("ConstraintDescription").asText())
                    .as(parameter)
                    .isNotBlank();
            if (allowed) {
                assertThat(Duration.parse(value)).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
            }
        }
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
