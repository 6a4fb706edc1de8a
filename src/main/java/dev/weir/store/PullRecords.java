package dev.weir.store;

import dev.weir.oci.Digest;
import dev.weir.rules.Repository;
import java.time.Instant;

/** Port: who pulled what, last. */
public interface PullRecords {

    /**
     * Notes that the principal was served the manifest, at most once an hour for each. Best effort: never throws, since the pull
     * matters more.
     */
    void note(Repository repository, Digest digest, String principal, Instant now);
}
