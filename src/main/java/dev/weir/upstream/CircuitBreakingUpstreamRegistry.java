package dev.weir.upstream;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** An upstream registry behind its circuit breaker: a call that would fail for sure is not made. */
public final class CircuitBreakingUpstreamRegistry implements UpstreamRegistry {
    private final UpstreamRegistry registry;
    private final UpstreamCircuit circuit;
    private final LongAdder calls = new LongAdder();

    public CircuitBreakingUpstreamRegistry(UpstreamRegistry registry, UpstreamCircuit circuit) {
        this.registry = registry;
        this.circuit = circuit;
    }

    /** The calls made so far by this process; a retry or a token is part of its call. */
    public long calls() {
        return calls.sum();
    }

    /** Whether a call to this repository's upstream would not be made now. */
    public boolean isOpen(UpstreamRepository repository) {
        return circuit.openState(repository.rule().upstreamUrl()).isPresent();
    }

    private <T> T call(UpstreamRepository repository, String action, Supplier<T> call) {
        UpstreamUrl upstream = repository.rule().upstreamUrl();
        Optional<UpstreamState> probe = circuit.admit(upstream, action + " " + repository);
        calls.increment();
        try {
            T result = call.get();
            circuit.recordSuccess(upstream, probe);
            return result;
        } catch (UpstreamException e) {
            circuit.recordFailure(upstream, probe, e);
            throw e;
        } catch (RuntimeException e) {
            circuit.giveBack(upstream, probe);
            throw e;
        }
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return call(repository, "resolve", () -> registry.resolve(repository, reference, deadline));
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return call(repository, "fetch", () -> registry.manifest(repository, reference, deadline));
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return call(repository, "resolve", () -> registry.blobSize(repository, digest, deadline));
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return call(repository, "fetch", () -> registry.blob(repository, digest, deadline));
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        return call(repository, "fetch", () -> registry.blobRange(repository, digest, sizeBytes, range, deadline));
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        return call(repository, "list tags of", () -> registry.tags(repository, range, deadline));
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return call(repository, "list referrers of", () -> registry.referrers(repository, digest, cursor, deadline));
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamUrl upstream) {
        return registry.rateLimit(upstream);
    }
}
