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
     * @param stack the metrics' one dimension
     */
    public Map<String, Object> embeddedMetrics(long epochMillis, String stack) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("RefreshDue", due);
        values.put("RefreshChecked", checked);
        values.put("RefreshUnchanged", unchanged);
        values.put("RefreshMoved", moved);
        values.put("RefreshImmutable", immutable);
        values.put("RefreshFailed", sum(failed));
        failed.forEach((kind, count) -> values.put("RefreshFailed." + kind, count));
        values.put("RefreshSkipped", sum(skipped));
        values.put("RefreshUpstreamCalls", upstreamCalls);
        values.put("RefreshDuration", duration.toMillis());
        values.put("RefreshOldestOverdue", oldestOverdue.toMillis());
        Map<String, Object> metrics = Map.of(
                "Namespace", NAMESPACE,
                "Dimensions", List.of(List.of("Stack")),
                "Metrics", values.keySet().stream().map(RefreshReport::metric).toList());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("_aws", Map.of("Timestamp", epochMillis, "CloudWatchMetrics", List.of(metrics)));
        line.put("Stack", stack);
        line.putAll(values);
        line.put("report", fields());
        return line;
    }

    private static Map<String, String> metric(String name) {
        boolean time = name.equals("RefreshDuration") || name.equals("RefreshOldestOverdue");
        return Map.of("Name", name, "Unit", time ? "Milliseconds" : "Count");
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
