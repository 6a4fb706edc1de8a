package dev.weir.bench;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The one upstream that all registries of a run have: images in memory, and one large layer that is made as it is sent. */
final class BenchUpstream implements AutoCloseable {
    static final long LARGE_BYTES = 1024L * 1024 * 1024;
    static final int LAYER_BYTES = 24 * 1024 * 1024;
    static final int LAYERS = 10;
    static final int SMALL_BYTES = 1024 * 1024;

    final FakeUpstream fake = new FakeUpstream();
    final List<Digest> layers;
    final List<Digest> crowdLayers;
    final Digest image;
    final Digest small;
    final Digest large;
    private final Random random = new Random(42);
    private final byte[] block = bytes(SMALL_BYTES);

    BenchUpstream() {
        fake.put("/v2/", "application/json", "{}");
        layers = addImage("image", LAYER_BYTES);
        crowdLayers = addImage("crowd", SMALL_BYTES);
        byte[] hot = bytes(SMALL_BYTES);
        small = Digest.of(hot);
        image = fake.image("hot", "1", hot);
        large = repeated(LARGE_BYTES);
        fake.misbehave(this::answer);
    }

    /** One of {@value #LAYERS} layers that no other image has; their digests. */
    List<Digest> addImage(String name, int layerBytes) {
        byte[][] bytes = new byte[LAYERS][];
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            bytes[i] = bytes(layerBytes);
            digests.add(Digest.of(bytes[i]));
        }
        fake.image(name, "1", bytes);
        return digests;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private Digest repeated(long length) {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        for (long done = 0; done < length; done += block.length) {
            hash.update(block);
        }
        return Digest.from(Digest.Algorithm.SHA256, hash.digest());
    }

    /** Offers ranges of all blobs, and sends the large one. */
    private boolean answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.contains("/blobs/")) {
            exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        }
        if (!path.endsWith("/blobs/" + large)) {
            return false;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(LARGE_BYTES));
            exchange.sendResponseHeaders(200, -1);
            return true;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        long from = range == null ? 0 : Long.parseLong(range.replaceAll("bytes=(\\d+)-.*", "$1"));
        long until =
                range == null || range.endsWith("-") ? LARGE_BYTES : Long.parseLong(range.replaceAll(".*-", "")) + 1;
        if (range != null) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (until - 1) + "/" + LARGE_BYTES);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, until - from);
        send(exchange.getResponseBody(), from, until);
        return true;
    }

    private void send(OutputStream out, long from, long until) throws IOException {
        for (long at = from; at < until; ) {
            int offset = (int) (at % block.length);
            int n = (int) Math.min(block.length - offset, until - at);
            out.write(block, offset, n);
            at += n;
        }
    }

    /** How often each of the blobs was asked for from its first byte on. */
    double fetches(String name, List<Digest> blobs) {
        long first = fake.requests().stream()
                .filter(request -> request.method().equals("GET")
                        && request.path().contains("/v2/" + name + "/blobs/")
                        && request.header("Range")
                                .filter(range -> !range.startsWith("bytes=0-"))
                                .isEmpty())
                .filter(request ->
                        blobs.stream().anyMatch(blob -> request.path().endsWith(blob.toString())))
                .count();
        return (double) first / blobs.size();
    }

    @Override
    public void close() {
        fake.close();
    }
}
