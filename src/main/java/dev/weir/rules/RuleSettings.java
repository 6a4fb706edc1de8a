package dev.weir.rules;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings of a rule that ECR lacks, parsed from those of its tags whose keys begin {@code weir:}.
 *
 * <p>Errors: {@link #of} throws {@link IllegalArgumentException} that names the tag, its value and what is allowed.
 */
public final class RuleSettings {
    public static final RuleSettings NONE = of(Map.of());

    private final Map<String, String> tags;
    private final Map<RuleSetting<?>, Object> values;

    private RuleSettings(Map<String, String> tags, Map<RuleSetting<?>, Object> values) {
        this.tags = Map.copyOf(tags);
        this.values = Map.copyOf(values);
    }

    /** @param tags of a rule, by key; those that are no settings are left out */
    public static RuleSettings of(Map<String, String> tags) {
        Map<String, String> texts = new TreeMap<>(tags);
        texts.keySet().removeIf(key -> !key.startsWith(RuleSetting.PREFIX));
        Map<RuleSetting<?>, Object> values = new HashMap<>();
        texts.forEach((key, text) -> {
            RuleSetting<?> setting = RuleSetting.find(key).orElseThrow(() -> unknown(key));
            values.put(setting, setting.parse(text));
        });
        return new RuleSettings(texts, values);
    }

    /** Only the one. */
    public static RuleSettings ofRefreshInterval(Duration interval) {
        return of(Map.of(RuleSetting.REFRESH_INTERVAL.key(), interval.toString()));
    }

    private static IllegalArgumentException unknown(String key) {
        return new IllegalArgumentException("tag '" + key + "' is not a setting: keys that begin " + RuleSetting.PREFIX
                + " are " + RuleSetting.ALL.stream().map(RuleSetting::key).collect(Collectors.joining(", ")));
    }

    /** What is set, if it is. */
    @SuppressWarnings("unchecked") // of() puts only what the setting's own parser gave
    public <T> Optional<T> find(RuleSetting<T> setting) {
        return Optional.ofNullable((T) values.get(setting));
    }

    /** As tags, by key. */
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleSettings that && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
        return tags.hashCode();
    }

    @Override
    public String toString() {
        return new TreeMap<>(tags).toString();
    }
}
