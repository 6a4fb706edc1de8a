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
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
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
                    RepositoryPrefix.parse("quay"), UpstreamUrl.parse("quay.io", Set.of()))
            .map(RepositoryName.parse("quay/team/app"))
            .orElseThrow();

    static Stream<Arguments> events() {
        return Stream.of(
                Arguments.of("cache-first-cached", action(CacheAction.Type.FIRST_CACHED, OLD, Kind.INVALID, 0)),
                Arguments.of("cache-moved", action(CacheAction.Type.MOVED, NEW, Kind.INVALID, 0)),
                Arguments.of(
                        "cache-immutable-tag-moved-upstream",
                        action(CacheAction.Type.IMMUTABLE_TAG_MOVED_UPSTREAM, NEW, Kind.INVALID, 0)),
                Arguments.of("cache-gone-upstream", action(CacheAction.Type.GONE_UPSTREAM, OLD, Kind.NOT_FOUND, 404)),
                Arguments.of(
                        "cache-refresh-failed",
                        new CacheAction(
                                CacheAction.Type.REFRESH_FAILED,
                                APP,
                                Optional.of(Tag.parse("1.0")),
                                Optional.empty(),
                                Optional.of(failure(Kind.UNAUTHORIZED, 403)))),
                Arguments.of("fill", new BlobFillRequest(RepositoryName.parse("docker-hub/library/alpine"), NEW, 1)),
                Arguments.of("refresh-continues", new CacheEvent.RefreshContinues()));
    }

    private static CacheAction action(CacheAction.Type type, Digest digest, Kind kind, int status) {
        Optional<UpstreamException> failure = status == 0 ? Optional.empty() : Optional.of(failure(kind, status));
        return new CacheAction(type, APP, Optional.of(Tag.parse("1.0")), Optional.of(digest), failure);
    }

    private static UpstreamException failure(Kind kind, int status) {
        return new UpstreamException(
                kind, "resolve quay.io/team/app:1.0", "status " + status, status, Optional.empty(), null);
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
