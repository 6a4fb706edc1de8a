package dev.weir.fake;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.FakeUpstream.Misbehaviour;
import dev.weir.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** What an upstream answers to requests for manifests, instead of the manifest. Each by its name. */
public enum ManifestMisbehaviours implements Misbehaviour {
    MAINTENANCE_PAGE("text/html", "<html><body>We'll be back soon</body></html>"),
    MAINTENANCE_PAGE_TYPED_AS_A_MANIFEST(Types.IMAGE, "<html><body>We'll be back soon</body></html>"),
    EMPTY_BODY(Types.IMAGE, ""),
    ERRORS_WITH_STATUS_200("application/json", "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"try later\"}]}"),
    ERRORS_TYPED_AS_A_MANIFEST(Types.IMAGE, "{\"errors\":[{\"code\":\"UNKNOWN\"}]}"),
    ERRORS_TYPED_BY_A_VENDOR("application/vnd.api+json", "{\"errors\":[{\"status\":\"503\"}]}"),
    HALF_A_FILE(Types.IMAGE, Types.MANIFEST.substring(0, Types.MANIFEST.length() / 2)),
    TWO_OBJECTS(Types.IMAGE, Types.MANIFEST + Types.MANIFEST),
    AN_ARRAY(Types.IMAGE, "[" + Types.MANIFEST + "]"),
    A_SCALAR(Types.IMAGE, "\"latest\""),
    AN_IMAGE_CONFIGURATION("application/json", "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{}}"),
    AN_IMAGE_TYPED_AS_AN_INDEX("application/vnd.oci.image.index.v1+json", Types.MANIFEST),
    INDEX_AND_IMAGE_AT_ONCE(Types.IMAGE, "{\"schemaVersion\":2,\"manifests\":[]," + Types.MANIFEST.substring(1)),
    SIGNED_SCHEMA_1(
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "{\"schemaVersion\":1,\"name\":\"a\",\"tag\":\"1\",\"fsLayers\":[],\"signatures\":[]}"),
    SCHEMA_1_WITHOUT_A_TYPE("text/plain", "{\"schemaVersion\":1,\"fsLayers\":[]}"),
    A_MILLION_LAYERS(Types.IMAGE, "{\"schemaVersion\":2,\"config\":{},\"layers\":[{}" + ",{}".repeat(1_000_000) + "]}"),
    NESTED_TEN_THOUSAND_DEEP(
            Types.IMAGE, "{\"schemaVersion\":2,\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"),
    GZIP_BYTES(Types.IMAGE, gzip(bytes(Types.MANIFEST)), ""),
    GZIP_CODED_HALF(Types.IMAGE, half(gzip(bytes(Types.MANIFEST))), "gzip"),
    GZIP_CODED_BOMB(Types.IMAGE, gzip(new byte[64 * 1024 * 1024]), "gzip"),
    CODED_AS_NOBODY_ASKED(Types.IMAGE, bytes(Types.MANIFEST), "br"),
    CODED_BY_NAME_ONLY(Types.IMAGE, bytes(Types.MANIFEST), "gzip");

    @SuppressWarnings("ImmutableEnumChecker") // its bytes are never changed
    private final Answer answer;

    ManifestMisbehaviours(String contentType, String body) {
        this(contentType, bytes(body), "");
    }

    ManifestMisbehaviours(String contentType, byte[] body, String contentEncoding) {
        this.answer = new Answer(contentType, body, contentEncoding);
    }

    private static final class Types {
        static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
        static final String MANIFEST =
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:0\",\"size\":1},\"layers\":[]}";
    }

    /** One answer to GETs of manifests; HEAD is answered without a digest. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Answer(String contentType, byte[] body, String contentEncoding) implements Misbehaviour {
        @Override
        public boolean answer(HttpExchange exchange) throws IOException {
            if (!exchange.getRequestURI().getPath().contains("/manifests/")) {
                return false;
            }
            if (!contentType.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Type", contentType);
            }
            if (!contentEncoding.isEmpty()) {
                exchange.getResponseHeaders().set("Content-Encoding", contentEncoding);
            }
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, isHead || body.length == 0 ? -1 : body.length);
            if (!isHead) {
                exchange.getResponseBody().write(body);
            }
            return true;
        }
    }

    @Override
    public boolean answer(HttpExchange exchange) throws IOException {
        return answer.answer(exchange);
    }

    /** A file server: it has the manifest's bytes, and no idea of registries. */
    public static Misbehaviour fileServer(String contentType, String manifest) {
        return new Answer(contentType, bytes(manifest), "");
    }

    /** A proxy that compresses although {@code identity} was asked for; its digest is the manifest's. */
    public static Misbehaviour compressing(String contentEncoding, String manifest) {
        byte[] coded =
                switch (contentEncoding) {
                    case "gzip", "x-gzip" -> gzip(bytes(manifest));
                    default -> deflate(bytes(manifest), contentEncoding.equals("raw-deflate"));
                };
        Answer answer = new Answer(Types.IMAGE, coded, contentEncoding.replace("raw-", ""));
        return exchange -> {
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(bytes(manifest)).toString());
            return answer.answer(exchange);
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return coded.toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean raw) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
        try (OutputStream deflate = new DeflaterOutputStream(coded, deflater)) {
            deflate.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return coded.toByteArray();
    }
}
