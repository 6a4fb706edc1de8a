package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator is warned of, and sees on the dashboard. */
class OperationTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Template template = Template.load();

    @ParameterizedTest
    @CsvSource({
        "ServerErrorsAlarm, AWS/ApiGateway, 5XXError, weir",
        "FillErrorsAlarm, AWS/Lambda, Errors, <FillFunction>",
        "RefreshErrorsAlarm, AWS/Lambda, Errors, <RefreshFunction>",
        "RefreshOverdueAlarm, Weir, RefreshOldestOverdue, weir",
        "FillFailuresAlarm, AWS/SQS, NumberOfMessagesSent, <FillFailures.QueueName>",
        "RefreshFailuresAlarm, AWS/SQS, NumberOfMessagesSent, <RefreshFailures.QueueName>",
        "FillDelayAlarm, AWS/Lambda, AsyncEventAge, <FillFunction>",
        "RegistryDurationAlarm, AWS/Lambda, Duration, <RegistryFunction>",
        "WaitDurationAlarm, AWS/Lambda, Duration, <WaitFunction>",
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
    void throttlesOfEveryFunctionThatTheGatewayCallsAreWatched() {
        JsonNode metrics = template.properties("ThrottlesAlarm").path("Metrics");
        Set<String> called = new TreeSet<>();
        Matcher aliases = Pattern.compile("<(\\w+)\\.Alias>")
                .matcher(template.properties("Api").path("DefinitionBody").toString());
        while (aliases.find()) {
            called.add("<" + aliases.group(1) + ">");
        }

        assertThat(metrics.findValuesAsText("MetricName")).containsOnly("Throttles");
        assertThat(metrics.findValuesAsText("Value")).containsExactlyInAnyOrderElementsOf(called);
    }

    /** A schedule runs at least once an hour; shorter periods in a row would stay without a datapoint. */
    @ParameterizedTest
    @CsvSource({"RefreshErrorsAlarm", "RefreshOverdueAlarm", "RefreshDurationAlarm", "RefreshFailuresAlarm"})
    void refreshAlarmCanGoOffWithTheSlowestSchedule(String name) {
        JsonNode alarm = template.properties(name);
        int needed = alarm.path("DatapointsToAlarm")
                .asInt(alarm.path("EvaluationPeriods").asInt());

        assertThat(needed == 1 || alarm.path("Period").asInt() >= 3600).isTrue();
        assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
    }

    @ParameterizedTest
    @CsvSource({"FillFailuresAlarm", "RefreshFailuresAlarm"})
    void alarmOfGivenUpEventsEndsByItselfAndSeesALateMetric(String name) {
        JsonNode alarm = template.properties(name);

        assertThat(alarm.path("Statistic").asText()).isEqualTo("Sum");
        assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(1);
        assertThat(Duration.ofSeconds(alarm.path("Period").asLong()
                        * alarm.path("EvaluationPeriods").asLong()))
                .isEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource({"Registry", "Wait", "Authorizer", "Fill", "Refresh"})
    void durationAlarmGoesOffShortOfTheTimeout(String name) {
        int timeoutMillis =
                1000 * template.properties(name + "Function").path("Timeout").asInt();

        assertThat(template.properties(name + "DurationAlarm").path("Threshold").asInt())
                .isBetween(timeoutMillis * 3 / 4, timeoutMillis - 1);
    }

    @Test
    void overdueAlarmGoesOffWhenTagsAreTwoHoursLateInTwoOfThreeHours() {
        JsonNode alarm = template.properties("RefreshOverdueAlarm");

        assertThat(alarm.at("/Dimensions/0/Name").asText()).isEqualTo("Stack");
        assertThat(Duration.ofMillis(alarm.path("Threshold").asLong())).isEqualTo(Duration.ofHours(2));
        assertThat(Duration.ofSeconds(alarm.path("Period").asLong()
                        * alarm.path("EvaluationPeriods").asLong()))
                .isEqualTo(Duration.ofHours(3));
        assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(2);
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
}
