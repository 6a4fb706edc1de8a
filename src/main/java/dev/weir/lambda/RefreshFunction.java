package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.refresh.RefreshReport;
import dev.weir.refresh.Refresher;
import dev.weir.time.Deadline;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** One tick, by the schedule or by "Refresh Continues". Answers, and logs as metrics, what it did. */
@Singleton
@Named("refresh")
public final class RefreshFunction implements RequestHandler<RefreshFunction.Event, Map<String, Object>> {
    /** For what is being checked when the time is up: a HEAD with its retries. */
    private static final Duration RESERVE = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The event; both kinds mean the same. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(
            @JsonProperty("detail-type") @Nullable String detailType) {}

    private final Refresher refresher;
    private final Clock clock;
    private final String stack;

    RefreshFunction(
            Refresher refresher,
            Clock clock,
            @ConfigProperty(name = "weir.stack", defaultValue = "weir") String stack) {
        this.refresher = refresher;
        this.stack = stack;
        this.clock = clock;
    }

    @Override
    public Map<String, Object> handleRequest(Event event, Context context) {
        Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
        RefreshReport report = refresher.tick(Deadline.in(clock, remaining.minus(RESERVE)));
        try {
            // A line of its own, as it is: CloudWatch reads it, the logger would wrap it.
            System.out.println(JSON.writeValueAsString(report.embeddedMetrics(clock.millis(), stack)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        return report.fields();
    }
}
