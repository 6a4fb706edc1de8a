package dev.weir.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestContentTest {
    private static final int MIB = 1024 * 1024;
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static ManifestContent parse(String json) {
        return ManifestContent.parse(bytes(json));
    }

    private static String layers(int count, String layer) {
        return "{\"schemaVersion\":2,\"config\":{},\"layers\":[" + (layer + ",").repeat(count - 1) + layer + "]}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "[]",
                "[{\"schemaVersion\":2}]",
                "{\"schemaVersion\":2",
                "{\"schemaVersion\":2}x",
                "{\"schemaVersion\":2}{}",
                "{\"schemaVersion\":02}",
                "{schemaVersion:2}",
                "\ufeff{\"schemaVersion\":2}",
                "{\"layers\":[{},}",
                "{\"layers\":[{\"urls\":[}]}",
            })
    void whatIsNotOneCompleteJsonObjectIsRejected(String json) {
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> parse(json))
                .matches(e -> e.code() == ErrorCode.MANIFEST_INVALID)
                .withMessage("is not one complete JSON object");
    }

    @Test
    void jsonInUtf16IsRejectedAsTheClientsRejectIt() {
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> ManifestContent.parse("{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_16LE)));
    }

    @Test
    void tenThousandLayersAreTakenAndNotOneMore() {
        String layer = "{\"digest\":\"" + DIGEST + "\",\"size\":1}";
        assertThat(parse(layers(ManifestContent.MAX_ENTRIES, layer)).links().blobs())
                .hasSize(10_000);
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> parse(layers(ManifestContent.MAX_ENTRIES + 1, layer)))
                .withMessageContaining("more than 10000");
        assertThat(ManifestLinks.parse(bytes(layers(ManifestContent.MAX_ENTRIES + 1, layer)))
                        .blobs())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "9223372036854775807, 1", "9223372036854775808, 0", "-1, 0", "1e3, 0", "'\"5\"', 0", "{}, 0"})
    void aLayerWhoseSizeIsNotALongIsLeftOut(String size, int layers) {
        assertThat(parse(layers(1, "{\"digest\":\"" + DIGEST + "\",\"size\":" + size + "}"))
                        .links()
                        .blobs())
                .hasSize(layers);
    }

    @Test
    void aFieldThatComesTwiceCountsAsItComesLast() {
        ManifestContent content = parse(
                "{\"schemaVersion\":1,\"layers\":[{\"digest\":\"" + DIGEST + "\"}],\"layers\":[],\"schemaVersion\":2}");
        assertThat(content.schemaVersion()).isEqualTo(2);
        assertThat(content.links().blobs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void deepNestingIsRejected(String open) {
        String close = open.equals("[") ? "]" : "}";
        String deep = open.repeat(100) + "1" + close.repeat(100);
        assertThatExceptionOfType(MalformedValueException.class).isThrownBy(() -> parse("{\"x\":" + deep + "}"));
        assertThat(Platform.ofConfiguration(bytes("{\"os\":\"linux\",\"architecture\":\"arm\",\"x\":" + deep + "}")))
                .isEmpty();
    }

    @Test
    void aPlatformIsReadFromAConfigurationOfAnyShape() {
        assertThat(Platform.ofConfiguration(
                        bytes("{\"rootfs\":{\"os\":[1]},\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":null}")))
                .contains(new Platform("linux", "arm", "v7"));
        assertThat(Platform.ofConfiguration(bytes("{\"os\":\"linux\"}"))).isEmpty();
        assertThat(Platform.ofConfiguration(bytes("[]"))).isEmpty();
    }

    /** Each is 4 MiB of JSON that a tree would hold in a hundred. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"layers\":[%s{}]}|{},",
                "{\"manifests\":[%s{}]}|{},",
                "{\"x\":[%s{}]}|{},",
                "{\"x\":[%s0]}|0,",
                "{\"config\":{\"urls\":[%s0]}}|0,",
                "{\"annotations\":{%s\"z\":1}}|\"abcd\":1,",
            })
    void largeJsonTakesLittleMemory(String pattern) {
        String form = pattern.substring(0, pattern.indexOf('|'));
        String item = pattern.substring(pattern.indexOf('|') + 1);
        byte[] json = bytes(String.format(Locale.ROOT, form, item.repeat(4 * MIB / item.length())));
        assertThat(allocatedBytes(() -> ManifestLinks.parse(json))).isLessThan(32L * MIB);
        assertThat(allocatedBytes(() -> Platform.ofConfiguration(json))).isLessThan(32L * MIB);
    }

    @Test
    void theLargestManifestTakesLittleMemoryToo() {
        String layer = "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"" + DIGEST
                + "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"},\"annotations\":{\"a\":\""
                + "x".repeat(150) + "\"}}";
        byte[] json = bytes(layers(ManifestContent.MAX_ENTRIES, layer));
        assertThat(allocatedBytes(() -> ManifestLinks.parse(json))).isLessThan(32L * MIB);
    }

    private static long allocatedBytes(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work.run();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void manyAreParsedAtOnceWhateverTheirSize() throws Exception {
        byte[] json = bytes("{\"x\":[" + "{},".repeat(MIB) + "{}]}");
        ExecutorService pool = Executors.newFixedThreadPool(16);
        List<Callable<ManifestContent>> parsing = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            parsing.add(() -> ManifestContent.parse(json));
        }
        try {
            for (Future<ManifestContent> parsed : pool.invokeAll(parsing)) {
                assertThat(parsed.get().shape()).isEqualTo(ManifestContent.Shape.OTHER);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.manifest.v1+json | {\"schemaVersion\":2} | application/vnd.oci.image.manifest.v1+json",
                "application/vnd.docker.distribution.manifest.v2+json | {\"config\":{},\"layers\":[]}"
                        + " | application/vnd.docker.distribution.manifest.v2+json",
                "text/html | {\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}"
                        + " | application/vnd.oci.image.index.v1+json",
                "text/html | {\"mediaType\":\"text/html\",\"manifests\":[]} | application/vnd.oci.image.index.v1+json",
                "text/html | {\"config\":{},\"layers\":[]} | application/vnd.oci.image.manifest.v1+json",
                "application/vnd.x+json | {\"schemaVersion\":2} | application/vnd.x+json",
            })
    void theTypeIsTheSentOneElseTheOwnElseTheShapes(String sent, String json, String type) {
        assertThat(parse(json).typeSentAs(MediaType.find(sent))).hasToString(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html | {\"schemaVersion\":2}",
                "text/html | {\"mediaType\":\"text/html\",\"schemaVersion\":2}",
                "application/vnd.x+json | {}",
                "application/vnd.oci.image.index.v1+json | {\"config\":{},\"layers\":[]}",
                "application/vnd.docker.distribution.manifest.v1+json | {\"schemaVersion\":2}",
                "application/vnd.oci.image.manifest.v1+json | {\"schemaVersion\":1}",
            })
    void whatHasNoManifestsTypeIsRejected(String sent, String json) {
        ManifestContent content = parse(json);
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> content.typeSentAs(MediaType.find(sent)));
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> parse("{\"config\":{}}").typeSentAs(Optional.empty()));
    }
}
