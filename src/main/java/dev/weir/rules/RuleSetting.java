package dev.weir.rules;

import dev.weir.oci.Platform;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A setting of a rule that ECR lacks, put on a rule as one of its tags.
 *
 * <p>To add one: declare it here, and list it in {@link #ALL}.
 *
 * @param <T> what its text is parsed to
 */
public final class RuleSetting<T> {
    /** What the keys of all settings begin with; other keys are free. */
    public static final String PREFIX = "weir:";

    /** How long a tag is trusted before upstream is asked again. */
    public static final RuleSetting<Duration> REFRESH_INTERVAL = new RuleSetting<>(
            "refresh-interval", "an ISO-8601 duration of at least PT1M, such as PT1H", RuleSetting::interval);

    /** What may be pulled; without it, everything. */
    public static final RuleSetting<ImageGlobs> ALLOW =
            new RuleSetting<>("allow", ImageGlobs.ALLOWED, ImageGlobs::parse);

    /** What may not be pulled, even if it is allowed. */
    public static final RuleSetting<ImageGlobs> DENY = new RuleSetting<>("deny", ImageGlobs.ALLOWED, ImageGlobs::parse);

    /** Whether the blobs of a manifest are brought in before they are asked for. */
    public static final RuleSetting<Prefetch> PREFETCH = new RuleSetting<>("prefetch", "on or off", Prefetch::parse);

    /** For which platforms the refresh brings in the images of an index; the index itself never changes. */
    public static final RuleSetting<Set<Platform>> PLATFORMS = new RuleSetting<>(
            "platforms",
            "platforms as os/architecture or os/architecture/variant, joined by spaces: linux/amd64 linux/arm64",
            RuleSetting::platforms);

    /** How long ago this Weir must have first seen an image before it is served. */
    public static final RuleSetting<Duration> MIN_AGE =
            new RuleSetting<>("min-age", "an ISO-8601 duration such as PT72H", RuleSetting::age);

    /** What becomes of an image that is too young. */
    public static final RuleSetting<GateMode> GATE_MODE =
            new RuleSetting<>("gate-mode", "enforce or observe", GateMode::parse);

    /** The moment at which tags are meant. */
    public static final RuleSetting<Instant> AS_OF = new RuleSetting<>(
            "as-of",
            "a day, which means its beginning in UTC, or a time: 2026-11-01, 2026-11-01T12:00:00Z",
            RuleSetting::moment);

    static final List<RuleSetting<?>> ALL =
            List.of(REFRESH_INTERVAL, ALLOW, DENY, PREFETCH, PLATFORMS, MIN_AGE, GATE_MODE, AS_OF);

    private static final Duration LONGEST_AGE = Duration.ofDays(3_650);

    private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(1);

    private final String key;
    private final String allowed;
    private final Function<String, T> parser;

    /** @param allowed what a value may be, for messages */
    private RuleSetting(String name, String allowed, Function<String, T> parser) {
        this.key = PREFIX + name;
        this.allowed = allowed;
        this.parser = parser;
    }

    /** The setting of a tag's key, if that is one. */
    static Optional<RuleSetting<?>> find(String key) {
        return ALL.stream().filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** The tag's key: {@code weir:refresh-interval}. */
    public String key() {
        return key;
    }

    /** Errors: {@link IllegalArgumentException} that names the tag, its value and what is allowed. */
    T parse(String value) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("tag " + key + " is '" + value + "': allowed is " + allowed, e);
        }
    }

    private static Duration interval(String value) {
        Duration interval = Duration.parse(value);
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException(value);
        }
        return interval;
    }

    private static Duration age(String value) {
        Duration age = Duration.parse(value);
        if (age.isNegative() || age.compareTo(LONGEST_AGE) > 0) {
            throw new IllegalArgumentException(value);
        }
        return age;
    }

    private static Instant moment(String value) {
        return value.indexOf('T') < 0
                ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(value);
    }

    private static Set<Platform> platforms(String value) {
        Set<Platform> platforms = new LinkedHashSet<>();
        Arrays.stream(value.strip().split("\\s+", -1)).map(Platform::parse).forEach(platforms::add);
        return Set.copyOf(platforms);
    }

    @Override
    public String toString() {
        return key;
    }
}
