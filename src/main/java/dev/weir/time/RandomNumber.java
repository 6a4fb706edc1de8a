package dev.weir.time;

import java.security.SecureRandom;

/**
 * Random numbers for waits and samples.
 *
 * <p>Processes restored from one SnapStart snapshot hold the same seeds: a pseudo-random generator would give all of them the same
 * waits, and the same bytes to compare. A secure one is seeded by the operating system at each use.
 *
 * <p>Source: AWS Lambda, "Handling uniqueness with Lambda SnapStart".
 */
public final class RandomNumber {
    private RandomNumber() {}

    /** At least {@code from} and less than {@code to}. */
    public static long between(long from, long to) {
        return new SecureRandom().nextLong(from, to);
    }
}
