package dev.weir.refresh;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one tick did.
 *
 * @param due tags that the index gave
 * @param checked tags that upstream was asked about
 * @param failed by the kind of failure; the tags of these are in {@code checked}
 * @param skipped by the decision not to check
 * @param upstreamCalls requests to upstreams, without retries and tokens
 * @param oldestOverdue by how much the oldest due tag was late when the tick began
 * @param backlog whether due tags were left when the time was up
 * @param ran false when another tick was at it, and this one did nothing
 */
public record RefreshReport(
        int due,
        int checked,
        int unchanged,
        int moved,
        int immutable,
        Map<String, Integer> failed,
        Map<String, Integer> skipped,
        long upstreamCalls,
        Duration duration,
        Duration oldestOverdue,
        boolean backlog,
        boolean ran) {
    private static final String NAMESPACE = "Weir";

    static RefreshReport notRun() {
        return new RefreshReport(0, 0, 0, 0, 0, Map.of(), Map.of(), 0, Duration.ZERO, Duration.ZERO, false, false);
    }

    /** By field name, durations in milliseconds. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("due", due);
        fields.put("checked", checked);
        fields.put("unchanged", unchanged);
        fields.put("moved", moved);
        fields.put("immutable", immutable);
        fields.put("failed", failed);
        fields.put("skipped", skipped);
        fields.put("upstreamCalls", upstreamCalls);
        fields.put("durationMs", duration.toMillis());
        fields.put("oldestOverdueMs", oldestOverdue.toMillis());
        fields.put("backlog", backlog);
        fields.put("ran", ran);
        return fields;
    }

    /**
     * A log line that CloudWatch makes metrics of.
     *
     * <p>Source: CloudWatch user guide, "Specification: Embedded metric format".
     *
     * @param epochMillis when the tick ended
     */
    public Map<String, Object> embeddedMetrics(long epochMillis) {
        Map<String, Object> line = new LinkedHashMap<>();
        List<Map<String, String>> metrics = List.of(
                metric("RefreshDue", "Count"),
                metric("RefreshChecked", "Count"),
                metric("RefreshMoved", "Count"),
                metric("RefreshFailed", "Count"),
                metric("RefreshSkipped", "Count"),
                metric("RefreshUpstreamCalls", "Count"),
                metric("RefreshDuration", "Milliseconds"),
                metric("RefreshOldestOverdue", "Milliseconds"));
        line.put(
                "_aws",
                Map.of(
                        "Timestamp",
                        epochMillis,
                        "CloudWatchMetrics",
                        List.of(Map.of("Namespace", NAMESPACE, "Dimensions", List.of(List.of()), "Metrics", metrics))));
        line.put("RefreshDue", due);
        line.put("RefreshChecked", checked);
        line.put("RefreshMoved", moved);
        line.put("RefreshFailed", sum(failed));
        line.put("RefreshSkipped", sum(skipped));
        line.put("RefreshUpstreamCalls", upstreamCalls);
        line.put("RefreshDuration", duration.toMillis());
        line.put("RefreshOldestOverdue", oldestOverdue.toMillis());
        line.put("report", fields());
        return line;
    }

    private static Map<String, String> metric(String name, String unit) {
        return Map.of("Name", name, "Unit", unit);
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
