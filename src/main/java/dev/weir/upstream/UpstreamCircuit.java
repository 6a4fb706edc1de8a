package dev.weir.upstream;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Spares an upstream in trouble, and those who would wait for it. What others found out is known 5 s later at most. */
public final class UpstreamCircuit {
    private static final Duration SEEN = Duration.ofSeconds(5);

    private final UpstreamStates states;
    private final Clock clock;
    private final LoadingCache<UpstreamUrl, Optional<UpstreamState>> seen;

    public UpstreamCircuit(UpstreamStates states, Clock clock) {
        this.states = states;
        this.clock = clock;
        this.seen = Caffeine.newBuilder()
                .maximumSize(100)
                .expireAfterWrite(SEEN)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build(states::find);
    }

    /** Why the upstream is left alone now, if it is. */
    public Optional<UpstreamState> pause(UpstreamUrl upstream) {
        return seen.get(upstream).filter(state -> state.isPausedAt(clock.instant()));
    }

    /** The failure that a call would meet, without making it. */
    Optional<UpstreamException> refusal(UpstreamUrl upstream, String action) {
        Instant now = clock.instant();
        return pause(upstream)
                .map(state -> new UpstreamException(
                        state.kind(),
                        action,
                        upstream.authority() + " is left alone until " + state.pausedUntil() + ": "
                                + (state.status() == 0 ? "no answer" : "status " + state.status()),
                        state.status(),
                        Optional.of(Duration.between(now, state.pausedUntil())),
                        null));
    }

    void succeeded(UpstreamUrl upstream) {
        if (seen.get(upstream).isPresent()) {
            states.remove(upstream);
            seen.put(upstream, Optional.empty());
        }
    }

    /** Any answer but 429 and 5xx is a sign of life. */
    void failed(UpstreamUrl upstream, UpstreamException failure) {
        Kind kind = failure.kind();
        if (kind == Kind.NOT_FOUND || kind == Kind.UNAUTHORIZED) {
            succeeded(upstream);
        } else if (kind != Kind.INVALID) {
            UpstreamState state = UpstreamState.after(states.find(upstream), failure, clock.instant());
            states.put(upstream, state);
            seen.put(upstream, Optional.of(state));
        }
    }
}
