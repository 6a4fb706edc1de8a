package dev.weir.lease;

import dev.weir.oci.Digest;
import dev.weir.oci.Reference;
import dev.weir.rules.UpstreamRepository;

/**
 * What a lease is about. Shape: {@code blob <host> <digest>}, {@code manifest <repository> <origin> <reference>}, {@code
 * refresh}.
 *
 * @param audience who is told of a failure: callers of the same upstream repository under the same rule. Others take the lease
 *     and find out for themselves
 */
public record LeaseName(String value, String audience) {

    /** The bytes of a blob from one upstream host: one fill at a time, whatever repository it is pulled in. */
    public static LeaseName ofBlob(UpstreamRepository repository, Digest digest) {
        return new LeaseName(
                "blob " + repository.rule().upstreamUrl().authority() + " " + digest,
                repository.rule().repositoryPrefix() + " " + repository.origin());
    }

    /** A manifest of one repository. */
    public static LeaseName ofManifest(UpstreamRepository repository, Reference reference) {
        return new LeaseName("manifest " + repository.name() + " " + repository.origin() + " " + reference, "");
    }

    /** The refresh tick: one at a time. */
    public static LeaseName ofRefresh() {
        return new LeaseName("refresh", "");
    }

    @Override
    public String toString() {
        return value;
    }
}
