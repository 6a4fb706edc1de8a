package dev.weir.upstream;

import dev.weir.oci.RepositoryName;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import java.util.Optional;

/**
 * Which circuit breaker: what a failure says something about.
 *
 * @param account whose calls it lets pass or not
 * @param scope which of them
 * @param repository upstream's name of the repository, in scope REPOSITORY
 */
public record CircuitName(UpstreamAccount account, Scope scope, Optional<RepositoryName> repository) {

    /** Which calls of an account a circuit breaker is for. */
    public enum Scope {
        /** All: failures of several repositories open it. */
        ACCOUNT,
        /** Those of one repository: its own failures open it. */
        REPOSITORY,
        /** Those for manifests and lists: 429 opens it. */
        MANIFESTS,
        /** Those for blobs: 429 opens it. */
        BLOBS
    }

    static CircuitName ofAccount(UpstreamAccount account) {
        return new CircuitName(account, Scope.ACCOUNT, Optional.empty());
    }

    static CircuitName ofLimit(UpstreamAccount account, Load load) {
        Scope scope =
                switch (load) {
                    case MANIFESTS -> Scope.MANIFESTS;
                    case BLOBS -> Scope.BLOBS;
                };
        return new CircuitName(account, scope, Optional.empty());
    }

    static CircuitName ofRepository(UpstreamRepository repository) {
        return new CircuitName(repository.rule().account(), Scope.REPOSITORY, Optional.of(repository.upstreamName()));
    }

    /** For messages: the host, or the repository, never the credential. */
    @Override
    public String toString() {
        String authority = account.upstreamUrl().authority();
        return repository.map(name -> authority + "/" + name).orElse(authority);
    }
}
