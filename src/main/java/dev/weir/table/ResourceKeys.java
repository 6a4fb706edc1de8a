package dev.weir.table;

import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositoryPrefix;

/** The keys of what the admin API keeps beside a repository's images. Shape: {@link TableLayout}. */
final class ResourceKeys {
    static final String TEMPLATES = "TEMPLATES";

    private ResourceKeys() {}

    static Key template(RepositoryPrefix prefix) {
        return new Key(TEMPLATES, prefix.value());
    }

    /** @param kind of the text: {@code SCANNING} */
    static Key registryText(String kind) {
        return new Key("REGISTRY", kind);
    }

    static Key lifecyclePolicy(RepositoryName repository) {
        return new Key(TableLayout.partition(repository), "LIFECYCLE");
    }

    static Key referrer(RepositoryName repository, Digest subject, Digest referrer) {
        return new Key(TableLayout.partition(repository), referrerPrefix(subject) + referrer);
    }

    static String referrerPrefix(Digest subject) {
        return "N#" + subject + "#";
    }

    static Key holder(Digest manifest, RepositoryName repository) {
        return new Key(holders(manifest), repository.value());
    }

    /** The partition of the repositories that a manifest was linked to. */
    static String holders(Digest manifest) {
        return "D#" + manifest;
    }
}
