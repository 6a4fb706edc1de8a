package dev.weir.upstream;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** An upstream registry behind its circuit: a call that would fail for sure is not made. */
public final class CircuitBreakingUpstreamRegistry implements UpstreamRegistry {
    private final UpstreamRegistry registry;
    private final UpstreamCircuit circuit;
    private final LongAdder calls;

    public CircuitBreakingUpstreamRegistry(UpstreamRegistry registry, UpstreamCircuit circuit) {
        this(registry, circuit, new LongAdder());
    }

    private CircuitBreakingUpstreamRegistry(UpstreamRegistry registry, UpstreamCircuit circuit, LongAdder calls) {
        this.registry = registry;
        this.circuit = circuit;
        this.calls = calls;
    }

    @Override
    public UpstreamRegistry within(Instant deadline) {
        return new CircuitBreakingUpstreamRegistry(registry.within(deadline), circuit, calls);
    }

    /** The calls made so far by this process; a retry or a token is part of its call. */
    public long calls() {
        return calls.sum();
    }

    private <T> T guarded(UpstreamRepository repository, String action, Supplier<T> call) {
        UpstreamUrl upstream = repository.rule().upstreamUrl();
        Optional<UpstreamState> probe = circuit.admit(upstream, action + " " + repository);
        calls.increment();
        try {
            T result = call.get();
            circuit.succeeded(upstream, probe);
            return result;
        } catch (UpstreamException e) {
            circuit.failed(upstream, probe, e);
            throw e;
        } catch (RuntimeException e) {
            circuit.gaveUp(upstream, probe);
            throw e;
        }
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference) {
        return guarded(repository, "resolve", () -> registry.resolve(repository, reference));
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference) {
        return guarded(repository, "fetch", () -> registry.manifest(repository, reference));
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest) {
        return guarded(repository, "resolve", () -> registry.blobSize(repository, digest));
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest) {
        return guarded(repository, "fetch", () -> registry.blob(repository, digest));
    }

    @Override
    public List<Tag> tags(UpstreamRepository repository) {
        return guarded(repository, "list tags of", () -> registry.tags(repository));
    }

    @Override
    public Optional<Manifest> referrers(UpstreamRepository repository, Digest digest) {
        return guarded(repository, "list referrers of", () -> registry.referrers(repository, digest));
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamUrl upstream) {
        return registry.rateLimit(upstream);
    }
}
