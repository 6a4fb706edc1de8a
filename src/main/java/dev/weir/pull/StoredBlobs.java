package dev.weir.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.oci.Digest;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.StoreException;
import dev.weir.time.SideThreads;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether blobs are really in the content store, and where to read them. One that was seen there is not looked for again for seconds. */
public final class StoredBlobs {
    private static final Logger LOG = System.getLogger(StoredBlobs.class.getName());
    private static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final int MAX_REMEMBERED = 10_000;

    private final ContentStore contents;
    private final SideThreads side;
    private final Cache<Digest, Boolean> seen;

    public StoredBlobs(ContentStore contents, SideThreads side, Clock clock) {
        this.contents = contents;
        this.side = side;
        this.seen = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    /** Begins to look beside the caller's thread; the answer is waited for. It is yes while the content store can't say. */
    BooleanSupplier look(Digest digest) {
        if (seen.getIfPresent(digest) != null) {
            return () -> true;
        }
        SideThreads.Begun<Optional<Boolean>> look = side.begin(() -> isThere(digest));
        return () -> {
            Optional<Boolean> isThere = look.result();
            if (isThere.orElse(false)) {
                seen.put(digest, true);
            }
            return isThere.orElse(true);
        };
    }

    private Optional<Boolean> isThere(Digest digest) {
        try {
            return Optional.of(contents.findSize(digest).isPresent());
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "blob {0} was not looked for: {1}", digest, e.getMessage());
            return Optional.empty();
        }
    }

    URI presign(Digest digest, BlobAccess access) {
        return contents.presign(digest, access);
    }
}
