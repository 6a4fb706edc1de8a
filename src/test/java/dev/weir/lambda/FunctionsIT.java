package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.fake.Misbehaviours;
import dev.weir.fake.Tokens;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.registry.LoginHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions handle the events of {@code events/}, which are those that API Gateway and EventBridge send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionsIT {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private static final Context CONTEXT = context(899_000);
    private static final Context OUT_OF_TIME = context(1_000);

    private static Context context(int millis) {
        return (Context) Proxy.newProxyInstance(
                FunctionsIT.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, arguments) -> method.getReturnType() == String.class ? "request-1" : millis);
    }

    private final WeirUnderTest weir = new WeirUnderTest();
    private final RegistryFunction registry =
            new RegistryFunction(weir.process(weir.clock, 1024), new LoginHandler(Tokens.at(weir.clock), weir.clock));

    @BeforeEach
    void closeCircuits() {
        weir.closeCircuits();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private static <T> T event(String name, Class<T> type) throws IOException {
        return JSON.readValue(Path.of("events", name + ".json").toFile(), type);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "registry-ping, 200, {}",
        "registry-manifest-by-tag, 404, MANIFEST_UNKNOWN",
        "registry-manifest-by-digest, 404, MANIFEST_UNKNOWN",
        "registry-manifest-head, 404, ''",
        "registry-blob, 404, BLOB_UNKNOWN",
        "registry-blob-wait, 404, BLOB_UNKNOWN",
    })
    void answersWhatApiGatewaySends(String name, int status, String body) throws IOException {
        APIGatewayProxyResponseEvent answer =
                registry.handleRequest(event(name, APIGatewayProxyRequestEvent.class), CONTEXT);
        assertThat(answer.getStatusCode()).isEqualTo(status);
        assertThat(answer.getIsBase64Encoded()).isTrue();
        assertThat(new String(Base64.getDecoder().decode(answer.getBody()), StandardCharsets.UTF_8))
                .contains(body);
    }

    @Test
    void filtersReferrersByTheirTypeWhoseParameterHasACapital() throws IOException {
        Digest subject = Digest.of(new byte[] {1});
        weir.upstream.put(
                "/v2/library/signed/referrers/" + subject,
                "application/json",
                "{\"manifests\":[{\"digest\":\"sha256:1\",\"artifactType\":\"a/x\"},"
                        + "{\"digest\":\"sha256:2\",\"artifactType\":\"a/y\"}]}");
        APIGatewayProxyRequestEvent event = event("registry-manifest-by-tag", APIGatewayProxyRequestEvent.class);
        event.getRequestContext().setPath("/v2/docker-hub/library/signed/referrers/" + subject);
        event.setMultiValueQueryStringParameters(Map.of("artifactType", List.of("a/x")));
        APIGatewayProxyResponseEvent answer = registry.handleRequest(event, CONTEXT);
        assertThat(answer.getHeaders()).containsEntry("OCI-Filters-Applied", "artifactType");
        assertThat(new String(Base64.getDecoder().decode(answer.getBody()), StandardCharsets.UTF_8))
                .contains("a/x")
                .doesNotContain("a/y");
    }

    @Test
    void fetchesABlobOnceForTwoEventsThatRequestIt() {
        byte[] bytes = "layer".getBytes(StandardCharsets.UTF_8);
        Digest digest = weir.upstream.blob("library/filled", bytes);
        FillFunction fill = new FillFunction(weir.fillRequestsOf(weir.clock), weir.clock);
        FillFunction.Event event = fillEvent("docker-hub/library/filled", digest, 0);
        fill.handleRequest(event, CONTEXT);
        fill.handleRequest(event, CONTEXT);
        assertThat(weir.links
                        .blob(weir.repository("docker-hub/library/filled"), digest)
                        .found())
                .contains((long) bytes.length);
        assertThat(weir.upstream.count("GET", digest.toString())).isEqualTo(1);
    }

    @ParameterizedTest(name = "attempt {0} requests attempt {1}")
    @CsvSource({"1, 2", "2, 3"})
    void aFillThatRunsOutOfTimeReleasesItsLeaseAndRequestsTheNextAttempt(int attempt, int next) {
        Digest digest = weir.upstream.blob("library/slow", ("layer " + attempt).getBytes(StandardCharsets.UTF_8));
        weir.events.clear();
        fillFunction().handleRequest(fillEvent(digest, attempt), OUT_OF_TIME);
        assertThat(weir.events)
                .containsExactly(new BlobFillRequest(
                        RepositoryName.parse("docker-hub/library/slow"),
                        Optional.of(weir.repository("docker-hub/library/slow").origin()),
                        digest,
                        next));
        fillFunction().handleRequest(fillEvent(digest, next), CONTEXT);
        assertThat(weir.links
                        .blob(weir.repository("docker-hub/library/slow"), digest)
                        .found())
                .isPresent();
    }

    @Test
    void theThirdAttemptThatRunsOutOfTimeFailsWithTheReason() {
        Digest digest = weir.upstream.blob("library/slow", "never".getBytes(StandardCharsets.UTF_8));
        weir.events.clear();
        fillFunction().handleRequest(fillEvent(digest, 3), OUT_OF_TIME);
        assertThat(weir.events).singleElement().satisfies(event -> assertThat(event.toString())
                .contains("FILL_FAILED", digest.toString(), "not complete after 3 attempts"));
    }

    /** Delivered again it would fail again, and after three times raise the alarm of the dead-letter queue. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "404, UPSTREAM_NOT_FOUND",
        "401, UPSTREAM_UNAUTHORIZED",
        "403, UPSTREAM_UNAUTHORIZED",
        "429, UPSTREAM_RATE_LIMITED",
        "200, UPSTREAM_INVALID",
    })
    void aFillThatCanNotSucceedEndsWithAnEvent(int status, String code) {
        Digest digest = Digest.of(("permanent " + status).getBytes(StandardCharsets.UTF_8));
        if (status == 200) {
            weir.upstream.misbehave(Misbehaviours.answersEachBlobWith(new byte[100]));
        } else {
            weir.upstream.failWith(status, request -> request.path().contains(digest.toString()));
        }
        weir.events.clear();
        fillFunction().handleRequest(fillEvent("docker-hub/library/permanent", digest, 1), CONTEXT);
        weir.upstream.behave();
        assertThat(weir.events).singleElement().isInstanceOfSatisfying(CacheAction.class, action -> {
            assertThat(action.type()).isEqualTo(CacheAction.Type.FILL_FAILED);
            assertThat(action.digest()).contains(digest);
            assertThat(action.failure().orElseThrow().code()).isEqualTo(code);
        });
        assertThat(weir.links
                        .blob(weir.repository("docker-hub/library/permanent"), digest)
                        .found())
                .isEmpty();
    }

    private FillFunction fillFunction() {
        return new FillFunction(weir.fillRequestsOf(weir.clock), weir.clock);
    }

    private FillFunction.Event fillEvent(String repository, Digest digest, int attempt) {
        return new FillFunction.Event(new FillFunction.Detail(
                repository, weir.repository(repository).origin().value(), digest.toString(), attempt));
    }

    private FillFunction.Event fillEvent(Digest digest, int attempt) {
        return fillEvent("docker-hub/library/slow", digest, attempt);
    }

    @Test
    void readsTheFillEventAndIgnoresOneWhoseRuleIsGone() throws IOException {
        FillFunction.Event event = event("fill", FillFunction.Event.class);
        assertThat(event.detail().repository()).isEqualTo("docker-hub/library/alpine");
        weir.upstream.requests().clear();
        fillFunction().handleRequest(event, CONTEXT);
        assertThat(weir.upstream.count("GET", event.detail().digest())).isZero();
    }
}
