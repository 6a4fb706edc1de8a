package dev.weir.aws.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.Origin;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent is what {@code events/} shows. */
class EventDetailTest {
    private static final Digest OLD =
            Digest.parse("sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b");
    private static final Digest NEW =
            Digest.parse("sha256:4abcf20661432fb2d719aaf90656f55c287f8ca915dc1c92ec14ff61e67fbaf8");
    private static final UpstreamRepository APP = PullThroughCacheRule.of(
                    RepositoryPrefix.parse("quay"), UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE))
            .map(RepositoryName.parse("quay/team/app"))
            .orElseThrow();

    private static final Tag TAG = Tag.parse("1.0");

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of("cache-first-cached", CacheAction.firstCached(APP, Optional.of(TAG), OLD)),
                Arguments.of("cache-moved", CacheAction.moved(APP, TAG, NEW)),
                Arguments.of(
                        "cache-immutable-tag-moved-upstream", CacheAction.immutableTagMovedUpstream(APP, TAG, NEW)),
                Arguments.of(
                        "cache-gone-upstream", CacheAction.goneUpstream(APP, TAG, OLD, failure(Kind.NOT_FOUND, 404))),
                Arguments.of(
                        "cache-refresh-failed", CacheAction.refreshFailed(APP, TAG, failure(Kind.UNAUTHORIZED, 403))),
                Arguments.of("cache-fill-failed", CacheAction.fillFailed(APP, NEW, failure(Kind.UNAUTHORIZED, 403))),
                Arguments.of(
                        "fill",
                        new BlobFillRequest(
                                RepositoryName.parse("docker-hub/library/alpine"),
                                Optional.of(new Origin("registry-1.docker.io/library/alpine")),
                                NEW,
                                1)),
                Arguments.of("refresh-continues", new CacheEvent.RefreshContinues()));
    }

    private static CacheAction.Failure failure(Kind kind, int status) {
        return CacheAction.Failure.of(UpstreamException.answered(
                kind, "resolve quay.io/team/app:1.0", "status " + status, status, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("events")
    void sendsWhatTheExampleShows(String name, CacheEvent event) throws IOException {
        JsonNode example =
                new ObjectMapper().readTree(Path.of("events", name + ".json").toFile());
        assertThat(EventDetail.typeOf(event))
                .isEqualTo(example.path("detail-type").asText());
        assertThat(EventDetail.of(event)).isEqualTo(example.path("detail"));
    }
}
