package dev.weir.assembly;

import dev.weir.pull.HourlyLimits;
import dev.weir.registry.Front;
import dev.weir.time.Sleeper;
import java.time.Clock;
import java.time.Duration;

/**
 * The settings of an assembly.
 *
 * @param refreshInterval how long a check of a tag is trusted where its rule says nothing else
 * @param refreshIdle tags not pulled for this long are not checked until their next pull
 * @param patience how long a request at the path for waiting waits for a fill before the client is sent there again
 * @param inlineFillBytes up to this size a blob is filled by the request that wants it
 * @param maxPrefetched how many blobs of one manifest are requested ahead
 * @param hourlyLimits how much one principal may bring in
 * @param repositoryArns what the ARNs of repositories begin with, as policies name them: {@code arn:aws:ecr:…:repository/}
 */
public record Options(
        Duration refreshInterval,
        Duration refreshIdle,
        Duration patience,
        long inlineFillBytes,
        int maxPrefetched,
        HourlyLimits hourlyLimits,
        String repositoryArns,
        Front front,
        Clock clock,
        Sleeper sleeper) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofHours(24);
    public static final Duration DEFAULT_IDLE = Duration.ofDays(30);

    /** Well within the shortest patience, whatever the upstream. */
    private static final long DEFAULT_INLINE_FILL_BYTES = 1024 * 1024;

    /** Of a registry that is in no AWS account. */
    private static final String LOCAL_ARNS = "arn:aws:ecr:us-east-1:000000000000:repository/";

    /** More layers than any image needs. */
    private static final int DEFAULT_MAX_PREFETCHED = 128;

    public static Options of(Front front, Duration patience) {
        return new Options(
                DEFAULT_INTERVAL,
                DEFAULT_IDLE,
                patience,
                DEFAULT_INLINE_FILL_BYTES,
                DEFAULT_MAX_PREFETCHED,
                HourlyLimits.DEFAULT,
                LOCAL_ARNS,
                front,
                Clock.systemUTC(),
                Sleeper.SYSTEM);
    }

    public Options withRefresh(Duration interval, Duration idle) {
        return new Options(
                interval,
                idle,
                patience,
                inlineFillBytes,
                maxPrefetched,
                hourlyLimits,
                repositoryArns,
                front,
                clock,
                sleeper);
    }

    public Options withInlineFillBytes(long bytes) {
        return new Options(
                refreshInterval,
                refreshIdle,
                patience,
                bytes,
                maxPrefetched,
                hourlyLimits,
                repositoryArns,
                front,
                clock,
                sleeper);
    }

    public Options withMaxPrefetched(int blobs) {
        return new Options(
                refreshInterval,
                refreshIdle,
                patience,
                inlineFillBytes,
                blobs,
                hourlyLimits,
                repositoryArns,
                front,
                clock,
                sleeper);
    }

    public Options withHourlyLimits(HourlyLimits limits) {
        return new Options(
                refreshInterval,
                refreshIdle,
                patience,
                inlineFillBytes,
                maxPrefetched,
                limits,
                repositoryArns,
                front,
                clock,
                sleeper);
    }

    public Options withRepositoryArns(String prefix) {
        return new Options(
                refreshInterval,
                refreshIdle,
                patience,
                inlineFillBytes,
                maxPrefetched,
                hourlyLimits,
                prefix,
                front,
                clock,
                sleeper);
    }

    public Options withTime(Clock otherClock, Sleeper otherSleeper) {
        return new Options(
                refreshInterval,
                refreshIdle,
                patience,
                inlineFillBytes,
                maxPrefetched,
                hourlyLimits,
                repositoryArns,
                front,
                otherClock,
                otherSleeper);
    }
}
