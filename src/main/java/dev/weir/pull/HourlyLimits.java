package dev.weir.pull;

/**
 * How much one principal may bring into the cache within an hour. What is cached already costs nothing.
 *
 * @param repositories that were not cached
 * @param manifests that were not cached, in whatever repository
 */
public record HourlyLimits(int repositories, int manifests) {
    public static final HourlyLimits DEFAULT = new HourlyLimits(1_000, 10_000);
}
