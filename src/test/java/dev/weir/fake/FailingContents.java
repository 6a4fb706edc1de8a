package dev.weir.fake;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.store.BlobAccess;
import dev.weir.store.ContentStore;
import dev.weir.store.KeptUpload;
import dev.weir.store.StoreException;
import dev.weir.store.Upload;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** A content store that can be made to fail, as one does that is throttled. Signing a URL asks nobody. */
public final class FailingContents implements ContentStore {
    private final ContentStore contents;
    private volatile boolean fails;

    public FailingContents(ContentStore contents) {
        this.contents = contents;
    }

    public void fail(boolean now) {
        fails = now;
    }

    private ContentStore working() {
        if (fails) {
            throw new StoreException(StoreException.Kind.THROTTLED, "bucket 'failing': fails on purpose; make it stop");
        }
        return contents;
    }

    @Override
    public OptionalLong findSize(Digest digest) {
        return working().findSize(digest);
    }

    @Override
    public Optional<byte[]> find(Digest digest) {
        return working().find(digest);
    }

    @Override
    public Optional<byte[]> read(Digest digest, ByteRange range) {
        return working().read(digest, range);
    }

    @Override
    public Upload begin(Digest digest, OptionalLong sizeBytes) {
        return working().begin(digest, sizeBytes);
    }

    @Override
    public Optional<Upload> goOn(Digest digest, KeptUpload kept) {
        return working().goOn(digest, kept);
    }

    @Override
    public void discard(Digest digest, KeptUpload kept) {
        working().discard(digest, kept);
    }

    @Override
    public URI presign(Digest digest, BlobAccess access) {
        return contents.presign(digest, access);
    }
}
