package dev.weir.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, a row for each thing and a column for each registry: the median of all rounds. */
final class BenchTable {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();
    private final List<String> columns = new ArrayList<>();

    void add(RegistryUnderBench.Kind kind, String row, double value) {
        if (!columns.contains(kind.name())) {
            columns.add(kind.name());
        }
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>())
                .computeIfAbsent(kind.name(), name -> new ArrayList<>())
                .add(value);
        System.out.printf(Locale.ROOT, "%s: %s %s%n", kind.name(), row.strip(), shown(value));
    }

    void print() {
        System.out.println("| | " + String.join(" | ", columns) + " |");
        System.out.println("|---|" + "---|".repeat(columns.size()));
        rows.forEach((row, values) -> {
            StringBuilder line = new StringBuilder("| ")
                    .append(row.startsWith(" ") ? "… " : "")
                    .append(row.strip());
            for (String column : columns) {
                line.append(" | ").append(shown(median(values.getOrDefault(column, List.of()))));
            }
            System.out.println(line.append(" |"));
        });
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return 0;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    }
}
