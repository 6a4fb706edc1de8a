package dev.weir.simulation;

import dev.weir.oci.ByteRange;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.ListRange;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Reference;
import dev.weir.oci.Referrers;
import dev.weir.oci.TagPage;
import dev.weir.rules.UpstreamAccount;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An upstream that is 100 ms away and sends each blob as fast as its image says. */
final class ModelledUpstream implements UpstreamRegistry {
    /** What Weir fills in the request in this model: layers are larger, and stand for much larger ones. */
    static final int INLINE_BYTES = 16 * 1024;

    private static final int LAYER_BYTES = 1024 * 1024;
    private static final int CHUNKS = 32;
    private static final Duration ROUND_TRIP = Duration.ofMillis(100);

    private final VirtualTime time;
    private final Map<String, Manifest> images = new HashMap<>();
    private final Map<Digest, byte[]> contents = new LinkedHashMap<>();
    private final Map<Digest, Duration> durations = new HashMap<>();
    private int blobs;

    ModelledUpstream(VirtualTime time) {
        this.time = time;
    }

    /** An image with a configuration and layers that take so long each. Returns its blobs, the configuration first. */
    List<Digest> image(String repository, List<Duration> layers) {
        List<Digest> digests = new ArrayList<>();
        digests.add(blob(repository, 1000, Duration.ZERO));
        layers.forEach(duration -> digests.add(blob(repository, LAYER_BYTES, duration)));
        StringBuilder json = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"config\":" + descriptor("config.v1+json", digests.get(0)) + ",\"layers\":[");
        for (Digest layer : digests.subList(1, digests.size())) {
            json.append(json.toString().endsWith("[") ? "" : ",").append(descriptor("layer.v1.tar+gzip", layer));
        }
        byte[] bytes = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        images.put(repository, new Manifest(MediaType.OCI_MANIFEST, Digest.of(bytes), bytes));
        return digests;
    }

    private String descriptor(String type, Digest digest) {
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"size\":" + bytes(digest).length
                + ",\"digest\":\"" + digest + "\"}";
    }

    private Digest blob(String repository, int size, Duration duration) {
        byte[] bytes = new byte[size];
        byte[] name = (repository + "/" + blobs++).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, bytes, 0, name.length);
        Digest digest = Digest.of(bytes);
        contents.put(digest, bytes);
        durations.put(digest, duration);
        return digest;
    }

    private byte[] bytes(Digest digest) {
        return contents.getOrDefault(digest, new byte[0]);
    }

    @Override
    public Descriptor resolve(UpstreamRepository repository, Reference reference, Deadline deadline) {
        return manifest(repository, reference, deadline).descriptor();
    }

    @Override
    public Manifest manifest(UpstreamRepository repository, Reference reference, Deadline deadline) {
        // A token, then the manifest.
        time.sleep(ROUND_TRIP.multipliedBy(4));
        Manifest manifest = images.get(repository.name().value().replaceFirst("^up/", ""));
        if (manifest == null) {
            throw new IllegalArgumentException("the model has no image " + repository);
        }
        return manifest;
    }

    @Override
    public OptionalLong blobSize(UpstreamRepository repository, Digest digest, Deadline deadline) {
        time.sleep(ROUND_TRIP);
        return OptionalLong.of(bytes(digest).length);
    }

    @Override
    public UpstreamBlob blob(UpstreamRepository repository, Digest digest, Deadline deadline) {
        time.sleep(ROUND_TRIP);
        byte[] bytes = bytes(digest);
        Duration pause = durations.getOrDefault(digest, Duration.ZERO).dividedBy(CHUNKS);
        InputStream slow = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                time.sleep(pause);
                return super.read(buffer, offset, Math.min(length, Math.max(1, bytes.length / CHUNKS)));
            }
        };
        return new UpstreamBlob(OptionalLong.of(bytes.length), slow);
    }

    @Override
    public Optional<UpstreamBlob> blobFrom(
            UpstreamRepository repository, Digest digest, long offset, Deadline deadline) {
        return Optional.empty();
    }

    @Override
    public byte[] blobRange(
            UpstreamRepository repository, Digest digest, long sizeBytes, ByteRange range, Deadline deadline) {
        throw new IllegalStateException("no two repositories of the model share a blob");
    }

    @Override
    public TagPage tags(UpstreamRepository repository, ListRange range, Deadline deadline) {
        throw new IllegalStateException("no client of the model lists tags");
    }

    @Override
    public Optional<Referrers> referrers(
            UpstreamRepository repository, Digest digest, Optional<String> cursor, Deadline deadline) {
        return Optional.empty();
    }

    @Override
    public Optional<RateLimit> rateLimit(UpstreamAccount account) {
        return Optional.empty();
    }
}
