package dev.weir.table;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import java.time.Instant;
import java.util.Optional;

/** The keys of policies, and of what policies ask about: first sightings, what names what, who pulled. Shape: {@link TableLayout}. */
final class AccessKeys {
    static final String POLICIES = "POLICIES";
    private static final String OF_REPOSITORY = "REPOSITORY#";

    private AccessKeys() {}

    static Key registryPolicy() {
        return new Key(POLICIES, "REGISTRY");
    }

    static Key repositoryPolicy(RepositoryName repository) {
        return new Key(POLICIES, OF_REPOSITORY + repository);
    }

    /** The repository of a key made by {@link #repositoryPolicy}; empty for the registry's own. Errors: those of the parser. */
    static Optional<RepositoryName> policyRepository(Key key) {
        return Optional.of(key.sk())
                .filter(sk -> sk.startsWith(OF_REPOSITORY))
                .map(sk -> RepositoryName.parse(sk.substring(OF_REPOSITORY.length())));
    }

    static Key sighting(RepositoryName repository, Digest digest) {
        return new Key(TableLayout.partition(repository), "D#" + digest);
    }

    static Key parent(RepositoryName repository, Digest digest, Digest parent, Instant firstSeen) {
        String firstFirst = String.format("%016x", firstSeen.toEpochMilli());
        return new Key(TableLayout.partition(repository), parentPrefix(digest) + firstFirst + "#" + parent);
    }

    /** Of all manifests that name the digest. */
    static String parentPrefix(Digest digest) {
        return "I#" + digest + "#";
    }

    static Key pull(RepositoryName repository, Digest digest, String principal) {
        return new Key(TableLayout.partition(repository), "W#" + digest + "#" + principal);
    }
}
