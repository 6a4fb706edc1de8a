package dev.weir.upstream;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call's way through the circuit breakers that are asked for it: the limit of its load, the account's and its
 * repository's. What the call comes to is told to those that it says something of.
 */
final class CircuitPass {
    private final UpstreamCircuit circuit;
    private final CircuitName limit;
    private final RepositoryName repository;
    /** The circuits of failures, and the state that this call is the probe of. */
    private final Map<CircuitName, Optional<UpstreamState>> failures = new LinkedHashMap<>();

    private CircuitPass(UpstreamCircuit circuit, UpstreamRepository repository, Load load) {
        this.circuit = circuit;
        this.limit = CircuitName.ofLimit(repository.rule().account(), load);
        this.repository = repository.upstreamName();
    }

    /** Errors: {@link UpstreamException} with origin CIRCUIT_OPEN. */
    static CircuitPass admit(UpstreamCircuit circuit, UpstreamRepository repository, Load load, String action) {
        CircuitPass pass = new CircuitPass(circuit, repository, load);
        circuit.admit(pass.limit, action);
        try {
            for (CircuitName name : ofFailures(repository)) {
                pass.failures.put(name, circuit.admit(name, action));
            }
        } catch (RuntimeException e) {
            pass.learnedNothing();
            throw e;
        }
        return pass;
    }

    private static List<CircuitName> ofFailures(UpstreamRepository repository) {
        UpstreamAccount account = repository.rule().account();
        return List.of(CircuitName.ofAccount(account), CircuitName.ofRepository(repository));
    }

    /** Whether a call for a manifest would not pass now. */
    static boolean isClosedTo(UpstreamCircuit circuit, UpstreamRepository repository) {
        CircuitName limit = CircuitName.ofLimit(repository.rule().account(), Load.MANIFESTS);
        return circuit.openState(limit).isPresent()
                || ofFailures(repository).stream()
                        .anyMatch(name -> circuit.openState(name).isPresent());
    }

    void succeeded() {
        circuit.recordSuccess(limit, Optional.empty());
        failures.forEach(circuit::recordSuccess);
    }

    /** Any answer but 429 and 5xx counts as a success; a call that ran out of the caller's time counts as nothing. */
    void failed(UpstreamException failure) {
        switch (failure.kind()) {
            case RATE_LIMITED -> {
                learnedNothing();
                circuit.recordFailure(limit, Optional.empty(), failure, repository);
            }
            case UNAVAILABLE, TIMEOUT -> {
                if (failure.isOutOfTime()) {
                    learnedNothing();
                } else {
                    failures.forEach((name, probe) -> circuit.recordFailure(name, probe, failure, repository));
                }
            }
            case NOT_FOUND, UNAUTHORIZED, INVALID -> {
                if (failure.status().isPresent()) {
                    succeeded();
                } else {
                    learnedNothing();
                }
            }
        }
    }

    /** The call ended for a reason that says nothing of upstream: another may be the probe. */
    void learnedNothing() {
        failures.forEach(circuit::giveBack);
    }
}
