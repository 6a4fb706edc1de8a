package dev.weir.fake;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** An upstream whose blobs report, as they are read, how many of their bytes were: for tests in which the time passes with them. */
public record TimedUpstream(UpstreamRegistry registry, LongConsumer onBytesRead) implements UpstreamRegistry {

    private UpstreamBlob timed(UpstreamBlob blob) {
        InputStream reporting = new FilterInputStream(blob.bytes()) {
            private long count;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = in.read(buffer, offset, length);
                count += Math.max(0, n);
                onBytesRead.accept(count);
                return n;
            }
        };
        return new UpstreamBlob(blob.sizeBytes(), reporting);
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return timed(registry.blob(repository, digest, deadline));
    }

    @Override
    public Optional<UpstreamBlob> blobFrom(
            UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        return registry.blobFrom(repository, digest, offset, deadline).map(this::timed);
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return registry.resolve(repository, reference, deadline);
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return registry.manifest(repository, reference, deadline);
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        return registry.blobSize(repository, digest, deadline);
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        return registry.blobRange(repository, digest, sizeBytes, range, deadline);
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        return registry.tags(repository, range, deadline);
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return registry.referrers(repository, digest, cursor, deadline);
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return registry.rateLimit(account);
    }
}
