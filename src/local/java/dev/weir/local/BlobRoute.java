package dev.weir.local;

import dev.weir.local.BlobUrls.DeniedException;
import dev.weir.local.ByteRange.Selection;
import dev.weir.oci.Digest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.OptionalLong;

/**
 * Answers the signed URLs of blobs from the content store, as S3 does for a deployed registry. The kernel copies the file to
 * the socket; all of it happens on the event loop.
 *
 * <p>Errors: 403 for a URL that was not signed here, was signed for another method, or expired; 404 when the blob is not
 * stored; 416 for a range behind the end. The body is one line of plain text.
 */
final class BlobRoute {
    private static final Logger LOG = System.getLogger(BlobRoute.class.getName());

    private final FileContentStore contents;

    BlobRoute(FileContentStore contents) {
        this.contents = contents;
    }

    void answer(HttpServerRequest request) {
        try {
            Digest digest = contents.urls().verify(request.method().name(), request.path(), request.query());
            OptionalLong size = contents.findSize(digest);
            if (size.isPresent()) {
                send(request, digest, size.getAsLong());
            } else {
                TextAnswer.send(request, 404, digest + " is not stored here any more; pull again");
            }
        } catch (DeniedException e) {
            TextAnswer.send(request, 403, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            LOG.log(Level.ERROR, "a blob was not served: " + e.getMessage(), e);
            TextAnswer.send(request, 500, "the blob can't be read from the disk; see the log of the registry");
        }
    }

    private void send(HttpServerRequest request, Digest digest, long size) {
        String etag = "\"" + digest + "\"";
        HttpServerResponse response = request.response()
                .putHeader("Content-Type", "application/octet-stream")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("ETag", etag)
                .putHeader("Docker-Content-Digest", digest.toString());
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", Long.toString(size)).end();
            return;
        }
        ByteRange range = ByteRange.of(ranges(request, etag), size);
        if (range.selection() == Selection.UNSATISFIABLE) {
            response.putHeader("Content-Range", range.contentRange(size));
            TextAnswer.send(request, 416, digest + " has " + size + " bytes; the range begins behind its end");
            return;
        }
        if (range.selection() == Selection.PART) {
            response.setStatusCode(206).putHeader("Content-Range", range.contentRange(size));
        }
        sendFile(request, digest, range);
    }

    /** With an {@code If-Range} that is not this blob's ETag the ranges are for something else: the whole is sent. */
    private static List<String> ranges(HttpServerRequest request, String etag) {
        String condition = request.getHeader("If-Range");
        return condition == null || condition.equals(etag) ? request.headers().getAll("Range") : List.of();
    }

    private void sendFile(HttpServerRequest request, Digest digest, ByteRange range) {
        HttpServerResponse response = request.response().putHeader("Content-Length", Long.toString(range.length()));
        if (range.length() == 0) {
            response.end();
            return;
        }
        response.sendFile(contents.file(digest).toString(), range.first(), range.length())
                .onFailure(failure -> {
                    LOG.log(Level.DEBUG, "{0} was not sent to its end: {1}", digest, failure.getMessage());
                    request.connection().close();
                });
    }
}
