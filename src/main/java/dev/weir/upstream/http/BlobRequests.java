package dev.weir.upstream.http;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.Response;

/** Asks an upstream for a blob: its size, all its bytes, or some. */
final class BlobRequests {
    /** A server may send less than it was asked for; one that sends crumbs is not asked on. */
    private static final int MAX_PARTS = 4;

    private final UpstreamClient client;
    private final Lanes lanes = new Lanes();

    BlobRequests(UpstreamClient client) {
        this.client = client;
    }

    /** HEAD's word counts when it is 200 with a size that can be the blob's, or 401; else GET's headers decide. */
    OptionalLong size(UpstreamRepository repository, Digest digest, Deadline deadline) {
        String action = "resolve " + repository + "@" + digest;
        HeadRefusal refusal;
        try (Response response = send(
                repository, digest, action, deadline, request -> request.head().header("Accept", "*/*"))) {
            OptionalLong told = response.code() == 200 ? size(response, digest) : OptionalLong.empty();
            if (told.isPresent()) {
                return told;
            }
            refusal = HeadRefusal.of(response, client.failure(response, action));
        }
        return refusal.decidedBy(more -> {
            try (Response response = opened(send(repository, digest, action, deadline, get(more)), action)) {
                return size(response, digest);
            }
        });
    }

    /** The bytes from the first on; after a cut the stream asks on. Those of a large blob come by several connections. */
    UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        String action = "fetch " + repository + "@" + digest;
        Response first = opened(send(repository, digest, action, deadline, get(UnaryOperator.identity())), action);
        Function<UnaryOperator<Request.Builder>, Response> open = asking(repository, digest, action, deadline);
        OptionalLong size = length(first);
        boolean offersRanges = first.header("Accept-Ranges", "").strip().equalsIgnoreCase("bytes");
        ResumingBlobStream stream = new ResumingBlobStream(action, first, open);
        return new UpstreamBlob(
                size,
                offersRanges && size.isPresent()
                        ? lanes.widened(stream, ParallelBlobStream.Blob.of(first, size.getAsLong(), action, open), 0)
                        : stream);
    }

    /** The bytes from the offset on; empty where upstream sends the whole, or another part. */
    Optional<UpstreamBlob> blobFrom(UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        String action = "fetch " + repository + "@" + digest;
        Response first = send(
                repository, digest, action, deadline, get(request -> request.header("Range", "bytes=" + offset + "-")));
        Optional<ContentRange> part = first.code() == 206
                ? ContentRange.find(first)
                        .filter(range ->
                                range.first() == offset && range.total().isPresent())
                : Optional.empty();
        if (part.isEmpty()) {
            if (first.code() != 206 && first.code() != 416) {
                opened(first, action);
            }
            first.close();
            return Optional.empty();
        }
        Function<UnaryOperator<Request.Builder>, Response> open = asking(repository, digest, action, deadline);
        long size = part.get().total().getAsLong();
        ResumingBlobStream stream = ResumingBlobStream.from(part.get(), action, first, open);
        ParallelBlobStream.Blob blob = ParallelBlobStream.Blob.of(first, size, action, open);
        return Optional.of(new UpstreamBlob(OptionalLong.of(size), lanes.widened(stream, blob, offset)));
    }

    private Function<UnaryOperator<Request.Builder>, Response> asking(
            UpstreamRepository repository, Digest digest, String action, Deadline deadline) {
        return more -> {
            Response next = send(repository, digest, action, deadline, get(more));
            return next.code() == 206 || next.code() == 416 ? next : opened(next, action);
        };
    }

    byte[] range(UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        String action = "compare " + repository + "@" + digest;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(range.length());
        for (int part = 0; part < MAX_PARTS && bytes.size() < range.length(); part++) {
            ByteRange rest = new ByteRange(range.offset() + bytes.size(), range.length() - bytes.size());
            UnaryOperator<Request.Builder> asking = request -> request.header("Range", rest.header());
            try (Response response = send(repository, digest, action, deadline, get(asking))) {
                if (response.code() != 206) {
                    opened(response, action);
                }
                bytes.writeBytes(BlobRangeResponse.read(response, sizeBytes, rest, action));
            }
        }
        if (bytes.size() < range.length()) {
            throw UpstreamException.of(Kind.INVALID, action, "the blob comes in parts that are too small");
        }
        return bytes.toByteArray();
    }

    private Response send(
            UpstreamRepository repository,
            Digest digest,
            String action,
            Deadline deadline,
            UnaryOperator<Request.Builder> shape) {
        return client.send(repository, UpstreamClient.url(repository, "blobs/" + digest), action, deadline, shape);
    }

    private Response opened(Response response, String action) {
        if (response.code() != 200) {
            try (response) {
                throw client.failure(response, action);
            }
        }
        return response;
    }

    private static UnaryOperator<Request.Builder> get(UnaryOperator<Request.Builder> more) {
        return request -> more.apply(request.get().header("Accept", "*/*"));
    }

    /** Empty where it can't be the blob's: of a web page, which a login or maintenance sends in its place, or none at all. */
    private static OptionalLong size(Response response, Digest digest) {
        OptionalLong told = length(response);
        boolean isPage = MediaType.find(response.header("Content-Type", ""))
                .filter(MediaType.HTML::equals)
                .isPresent();
        boolean isNothing = told.orElse(0) == 0 && !digest.matches(new byte[0]);
        return isPage || isNothing ? OptionalLong.empty() : told;
    }

    /** As its header tells, which the exchange has checked. */
    private static OptionalLong length(Response response) {
        return Optional.ofNullable(response.header("Content-Length"))
                .map(length -> OptionalLong.of(Long.parseLong(length)))
                .orElseGet(OptionalLong::empty);
    }
}
