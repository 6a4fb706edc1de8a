package dev.weir.registry;

import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.ManifestMisbehaviours;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.oci.Tag;
import dev.weir.refresh.RefreshReport;
import dev.weir.refresh.Refresher;
import dev.weir.store.CachedTag;
import dev.weir.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Only a manifest becomes one: what an upstream may answer, by pull and by refresh, over the production adapters. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamManifestsIT {
    private static final String MANIFEST =
            "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:0\",\"size\":1},\"layers\":[]}";

    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryHandler handler = weir.process(weir.clock, Long.MAX_VALUE);
    private final Refresher refresher = weir.refresher();
    private int number;

    @BeforeEach
    void behave() {
        weir.upstreamIsWell();
    }

    @AfterAll
    void stop() {
        refresher.close();
        weir.close();
    }

    private String fresh() {
        return "b" + number++;
    }

    private RegistryResponse pull(String name) {
        return get(handler, "/v2/up/" + name + "/manifests/1");
    }

    private CachedTag cached(String name) {
        return weir.tags
                .find(weir.repository("up/" + name), Tag.parse("1"))
                .found()
                .orElseThrow();
    }

    private RefreshReport tick() {
        return refresher.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
    }

    @ParameterizedTest
    @EnumSource(ManifestMisbehaviours.class)
    void whatIsNotAManifestIsNeitherStoredNorServed(ManifestMisbehaviours answer) {
        String name = fresh();
        weir.upstream.misbehave(answer);
        RegistryResponse response = pull(name);
        assertThat(response.status()).isEqualTo(502);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("UPSTREAM_INVALID");
        assertThat(weir.tags.find(weir.repository("up/" + name), Tag.parse("1")).found())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ManifestMisbehaviours.class)
    void whatIsNotAManifestLeavesTheCopyWhereItIs(ManifestMisbehaviours answer) {
        String name = fresh();
        Digest held = weir.upstream.image(name, "1", name.getBytes(StandardCharsets.UTF_8));
        RegistryResponse first = pull(name);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.misbehave(answer);
        RefreshReport report = tick();
        assertThat(report.moved()).isZero();
        assertThat(report.failed()).containsOnlyKeys("INVALID");
        assertThat(cached(name).digest()).isEqualTo(held);
        assertThat(cached(name).goneSince()).isEmpty();
        weir.closeCircuits();
        RegistryResponse stale = pull(name);
        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo(first.body());
        assertThat(stale.headers()).containsEntry("Content-Type", MediaType.OCI_MANIFEST.value());
        assertThat(cached(name).digest()).isEqualTo(held);
    }

    @Test
    void signedSchema1IsRefusedByItsNameAndWithTheRemedy() {
        weir.upstream.misbehave(ManifestMisbehaviours.SIGNED_SCHEMA_1);
        assertThat(new String(pull(fresh()).body(), StandardCharsets.UTF_8))
                .contains("signed schema 1")
                .contains("push the image anew");
    }

    @ParameterizedTest
    @CsvSource({
        "application/octet-stream",
        "text/plain",
        "text/html",
        "application/json",
        "application/json; charset=utf-8",
        "no type at all",
        "''"
    })
    void aFileServerWorksAndTheTypeIsToldByTheShape(String contentType) {
        String name = fresh();
        String index = "{\"schemaVersion\":2,\"manifests\":[]}";
        String docker = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\",\"config\":{}}";
        weir.upstream.misbehave(ManifestMisbehaviours.fileServer(contentType, MANIFEST));
        assertThat(pull(name).headers()).containsEntry("Content-Type", MediaType.OCI_MANIFEST.value());
        weir.upstream.behave();
        weir.upstream.misbehave(ManifestMisbehaviours.fileServer(contentType, index));
        assertThat(pull(fresh()).headers()).containsEntry("Content-Type", MediaType.OCI_INDEX.value());
        weir.upstream.behave();
        weir.upstream.misbehave(ManifestMisbehaviours.fileServer(contentType, docker));
        assertThat(pull(fresh()).headers()).containsEntry("Content-Type", MediaType.DOCKER_MANIFEST.value());
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.artifact.manifest.v1+json, application/vnd.oci.artifact.manifest.v1+json",
        "application/vnd.acme.bundle.v3+json,           application/vnd.acme.bundle.v3+json",
        "application/octet-stream,                      application/vnd.acme.bundle.v3+json",
    })
    void artifactsOfTypesUnknownToWeirPass(String sent, String served) {
        weir.upstream.misbehave(ManifestMisbehaviours.fileServer(
                sent, "{\"mediaType\":\"application/vnd.acme.bundle.v3+json\",\"blobs\":[]}"));
        assertThat(pull(fresh()).headers()).containsEntry("Content-Type", served);
    }

    @ParameterizedTest
    @CsvSource({"gzip", "x-gzip", "deflate", "raw-deflate"})
    void aCompressedAnswerIsDecodedAndKeepsItsDigest(String contentEncoding) {
        String name = fresh();
        weir.upstream.misbehave(ManifestMisbehaviours.compressing(contentEncoding, MANIFEST));
        RegistryResponse response = pull(name);
        assertThat(response.status()).isEqualTo(200);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(MANIFEST);
        assertThat(cached(name).digest()).isEqualTo(Digest.of(MANIFEST.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void oneTickOverManyDueTagsWithAMaintenancePageMovesNothing() {
        String name = fresh();
        weir.cacheMany(name, 100);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.misbehave(ManifestMisbehaviours.MAINTENANCE_PAGE);
        RefreshReport report = tick();
        assertThat(report.moved()).isZero();
        assertThat(report.failed().get("INVALID")).isGreaterThanOrEqualTo(100);
        weir.upstream.behave();
        weir.clock.advance(WeirUnderTest.INTERVAL);
        assertThat(tick().unchanged()).isGreaterThanOrEqualTo(100);
    }
}
