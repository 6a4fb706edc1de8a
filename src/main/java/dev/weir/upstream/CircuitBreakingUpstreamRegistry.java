package dev.weir.upstream;

import static dev.weir.time.Durations.longer;
import static dev.weir.time.Durations.shorter;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.time.SideThreads;
import dev.weir.time.Sleeper;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * An upstream registry behind its circuit breakers: a call that would fail for sure is not made. What is needed now, because no
 * copy is held, waits for a limit that is over in a few seconds; whatever can be answered from a copy does not.
 */
public final class CircuitBreakingUpstreamRegistry implements UpstreamRegistry {
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** Of a pull: who has more time, as a tick has, does other work meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final UpstreamRegistry registry;
    private final UpstreamCircuit circuit;
    private final Sleeper sleeper;
    private final SideThreads side;
    private final LongAdder calls = new LongAdder();

    public CircuitBreakingUpstreamRegistry(
            UpstreamRegistry registry, UpstreamCircuit circuit, Sleeper sleeper, SideThreads side) {
        this.side = side;
        this.registry = registry;
        this.circuit = circuit;
        this.sleeper = sleeper;
    }

    /** The calls made so far by this process; a retry or a token is part of its call. */
    public long calls() {
        return calls.sum();
    }

    /** Whether a call for a manifest of this repository would not be made now. */
    public boolean isOpen(UpstreamRepository repository) {
        return CircuitPass.isClosedTo(circuit, repository);
    }

    private <T> T call(UpstreamRepository repository, Load load, String action, Supplier<T> call) {
        return passed(CircuitPass.admit(circuit, repository, load, action + " " + repository), call);
    }

    private <T> T awaited(
            UpstreamRepository repository, Load load, String action, Deadline deadline, Supplier<T> call) {
        return passed(admitted(repository, load, action + " " + repository, deadline.left()), call);
    }

    /** Waits are summed up, so that it ends whatever the clock does. */
    private CircuitPass admitted(UpstreamRepository repository, Load load, String action, Duration patience) {
        Duration left = shorter(patience, PATIENCE);
        while (true) {
            try {
                return CircuitPass.admit(circuit, repository, load, action);
            } catch (UpstreamException e) {
                Duration wait = longer(e.retryAfter().orElse(LONGEST_WAIT), SHORTEST_WAIT);
                left = left.minus(wait);
                if (e.kind() != Kind.RATE_LIMITED || wait.compareTo(LONGEST_WAIT) > 0 || left.isNegative()) {
                    throw e;
                }
                sleeper.sleep(wait);
            }
        }
    }

    private <T> T passed(CircuitPass pass, Supplier<T> call) {
        calls.increment();
        try {
            T result = call.get();
            pass.succeeded();
            return result;
        } catch (UpstreamException e) {
            pass.failed(e);
            throw e;
        } catch (RuntimeException e) {
            pass.learnedNothing();
            throw e;
        }
    }

    @Override
    public void expect(UpstreamRepository repository) {
        side.begin(
                () -> circuit.openState(CircuitName.ofAccount(repository.rule().account())));
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return call(repository, Load.MANIFESTS, "resolve", () -> registry.resolve(repository, reference, deadline));
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return awaited(
                repository,
                Load.MANIFESTS,
                "fetch",
                deadline,
                () -> registry.manifest(repository, reference, deadline));
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return awaited(
                repository, Load.BLOBS, "resolve", deadline, () -> registry.blobSize(repository, digest, deadline));
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return awaited(repository, Load.BLOBS, "fetch", deadline, () -> registry.blob(repository, digest, deadline));
    }

    @Override
    public Optional<UpstreamBlob> blobFrom(
            UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        return awaited(
                repository,
                Load.BLOBS,
                "fetch",
                deadline,
                () -> registry.blobFrom(repository, digest, offset, deadline));
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        return awaited(
                repository,
                Load.BLOBS,
                "fetch",
                deadline,
                () -> registry.blobRange(repository, digest, sizeBytes, range, deadline));
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        return call(repository, Load.MANIFESTS, "list tags of", () -> registry.tags(repository, range, deadline));
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return call(
                repository,
                Load.MANIFESTS,
                "list referrers of",
                () -> registry.referrers(repository, digest, cursor, deadline));
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return registry.rateLimit(account);
    }
}
