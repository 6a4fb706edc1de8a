package dev.weir.lease;

import dev.weir.oci.Digest;
import dev.weir.oci.Reference;
import dev.weir.oci.RepositoryName;

/** What a lease is about. Shape: {@code blob <digest>}, {@code manifest <repository> <reference>}, {@code refresh}. */
public record LeaseName(String value) {

    /** The bytes of a blob, wherever they are pulled: one fill in the world. */
    public static LeaseName ofBlob(Digest digest) {
        return new LeaseName("blob " + digest);
    }

    /** A manifest of one repository. */
    public static LeaseName ofManifest(RepositoryName repository, Reference reference) {
        return new LeaseName("manifest " + repository + " " + reference);
    }

    /** The refresh tick: one at a time in the world. */
    public static LeaseName ofRefresh() {
        return new LeaseName("refresh");
    }

    @Override
    public String toString() {
        return value;
    }
}
