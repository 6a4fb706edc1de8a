package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.fake.BlobMisbehaviours;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.FakeUpstream.Request;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credential;
import dev.weir.upstream.RateLimit;
import dev.weir.upstream.UpstreamBlob;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpstreamRegistryTest {
    private static final Tag TAG = Tag.parse("1");

    private final FakeUpstream fake = new FakeUpstream();
    private final FakeUpstream other = new FakeUpstream();
    private final MovableClock clock = new MovableClock();
    private final Deadline never = Deadline.never(clock);
    private final List<Duration> waits = new ArrayList<>();

    @AfterEach
    void stop() {
        fake.close();
        other.close();
    }

    private UpstreamRegistry registry(Optional<Credential> credential, String... insecure) {
        Duration second = Duration.ofSeconds(1);
        return new HttpUpstreamRegistry(
                rule -> credential,
                InsecureUpstreams.parse(List.of(insecure)),
                new UpstreamTimeouts(second, second, second),
                clock,
                waits::add);
    }

    private UpstreamRegistry registry() {
        return registry(Optional.empty(), fake.hostAndPort());
    }

    private UpstreamRepository repository() {
        PullThroughCacheRule rule = PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse(
                        "http://" + fake.hostAndPort(), InsecureUpstreams.parse(List.of(fake.hostAndPort()))));
        return rule.map(RepositoryName.parse("up/a/b")).orElseThrow();
    }

    private static void answer(HttpExchange exchange, int status, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        exchange.sendResponseHeaders(status, -1);
    }

    private static UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void fetchesManifestsByteForByteAndResolvesByHead() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        Manifest manifest = registry().manifest(repository(), TAG, never);
        assertThat(manifest.digest()).isEqualTo(digest);
        assertThat(manifest.digest().matches(manifest.bytes())).isTrue();
        assertThat(registry().resolve(repository(), TAG, never).digest()).isEqualTo(digest);
        assertThat(fake.requests())
                .allMatch(request -> request.header("Accept").orElse("").contains(MediaType.DOCKER_INDEX.value()));
        assertThat(fake.count("HEAD", "/manifests/1")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORIZED, 1", "403, UNAUTHORIZED, 1", "404, NOT_FOUND, 1", "400, INVALID, 1", "418, INVALID, 1",
        "429, RATE_LIMITED, 1", "500, UNAVAILABLE, 3", "502, UNAVAILABLE, 3", "503, UNAVAILABLE, 3", "504, TIMEOUT, 3",
    })
    void translatesEachStatusAndTriesAgainOnlyWhatMayPass(int status, Kind kind, int tries) {
        fake.failWith(status, request -> true);
        UpstreamException failure = failure(() -> registry().manifest(repository(), TAG, never));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.status()).hasValue(status);
        assertThat(failure).hasMessageContaining(fake.hostAndPort() + "/a/b:1");
        assertThat(fake.requests()).hasSize(tries);
    }

    @Test
    void theRateLimitOfOneAccountIsNotThatOfAnother() {
        fake.image("a/b", "1", new byte[] {1});
        fake.misbehave(exchange -> {
            boolean isKnown = exchange.getRequestURI().getPath().startsWith("/v2/a/paid/");
            exchange.getResponseHeaders().set("ratelimit-limit", "100;w=21600");
            exchange.getResponseHeaders().set("ratelimit-remaining", isKnown ? "90;w=21600" : "9;w=21600");
            return false;
        });
        fake.image("a/paid", "1", new byte[] {2});
        PullThroughCacheRule anonymous = repository().rule();
        PullThroughCacheRule paid = new PullThroughCacheRule(
                RepositoryPrefix.parse("paid"),
                anonymous.upstreamUrl(),
                RepositoryPrefix.ROOT,
                Optional.of(CredentialArn.parse(
                        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/hub-AbCdEf")),
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
        UpstreamRegistry registry = registry();
        registry.resolve(repository(), TAG, never);
        assertThat(registry.rateLimit(anonymous.account()).map(RateLimit::isLow))
                .contains(true);
        assertThat(registry.rateLimit(paid.account())).isEmpty();
        registry.resolve(paid.map(RepositoryName.parse("paid/a/paid")).orElseThrow(), TAG, never);
        assertThat(registry.rateLimit(paid.account()).map(RateLimit::isLow)).contains(false);
        assertThat(registry.rateLimit(anonymous.account()).map(RateLimit::isLow))
                .contains(true);
    }

    @Test
    void triesNothingAgainWhenTheCallersTimeIsUp() {
        Deadline deadline = Deadline.in(clock, Duration.ofSeconds(10));
        fake.misbehave(exchange -> {
            clock.advance(Duration.ofSeconds(6));
            answer(exchange, 503);
            return true;
        });
        assertThat(failure(() -> registry().manifest(repository(), TAG, deadline))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(fake.requests()).hasSize(2);
        UpstreamException late = failure(() -> registry().resolve(repository(), TAG, deadline));
        assertThat(late.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(late).hasMessageContaining("no time is left");
        assertThat(fake.requests()).hasSize(2);
    }

    @Test
    void waitsForASilentUpstreamNoLongerThanTheCallerHas() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        fake.misbehave(exchange -> {
            try {
                return end.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                return true;
            }
        });
        UpstreamTimeouts patient =
                new UpstreamTimeouts(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
        UpstreamRegistry registry = new HttpUpstreamRegistry(
                rule -> Optional.empty(),
                InsecureUpstreams.parse(List.of(fake.hostAndPort())),
                patient,
                Clock.systemUTC(),
                waits::add);
        UpstreamException failure = failure(
                () -> registry.resolve(repository(), TAG, Deadline.in(Clock.systemUTC(), Duration.ofMillis(300))));
        end.countDown();
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(waits).isEmpty();
    }

    @Test
    void waitsForShortLimitsAsLongAsThePullHasTimeAndReportsALongOne() {
        AtomicInteger seconds = new AtomicInteger(2);
        fake.misbehave(exchange -> {
            answer(exchange, 429, "Retry-After", Integer.toString(seconds.get()));
            return true;
        });
        failure(() -> registry().manifest(repository(), TAG, never));
        assertThat(waits).hasSize(10).containsOnly(Duration.ofSeconds(2));
        seconds.set(3600);
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).retryAfter())
                .contains(Duration.ofHours(1));
        assertThat(fake.requests()).hasSize(12);
    }

    @Test
    void aLimitThatIsSaidToEndAtOnceIsNotAskedWithoutEnd() {
        fake.misbehave(exchange -> {
            answer(exchange, 429, "Retry-After", "0");
            return true;
        });
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).kind())
                .isEqualTo(Kind.RATE_LIMITED);
        assertThat(fake.requests()).hasSize(41);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 503})
    void aRetryAfterOfCenturiesIsCut(int status) {
        fake.misbehave(exchange -> {
            answer(exchange, status, "Retry-After", "99999999999");
            return true;
        });
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).retryAfter())
                .contains(Duration.ofHours(6));
    }

    @Test
    void succeedsWhenAFailureWasPassing() {
        fake.image("a/b", "1", new byte[] {1});
        AtomicInteger failures = new AtomicInteger(2);
        fake.misbehave(exchange -> {
            if (failures.getAndDecrement() <= 0) {
                return false;
            }
            answer(exchange, 503);
            return true;
        });
        assertThat(registry().manifest(repository(), TAG, never).bytes()).isNotEmpty();
    }

    @Test
    void connectionRefusedIsUnavailable() {
        UpstreamRepository repository = repository();
        fake.close();
        assertThat(failure(() -> registry().manifest(repository, TAG, never)).kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void answersABearerChallengeOnceAndKeepsTheTokenUntilItExpires() {
        fake.image("a/b", "1", new byte[] {1});
        tokens("{\"access_token\":\"secret-token\",\"expires_in\":300}", "http://" + fake.hostAndPort() + "/token");
        UpstreamRegistry registry = registry(Optional.of(new Credential("me", "pw")), fake.hostAndPort());
        registry.manifest(repository(), TAG, never);
        registry.manifest(repository(), TAG, never);
        assertThat(fake.count("GET", "/token")).isEqualTo(1);
        Request token = fake.requests().stream()
                .filter(r -> r.path().equals("/token"))
                .findFirst()
                .orElseThrow();
        assertThat(token.query()).contains("service=reg").contains("scope=repository:a/b:pull");
        assertThat(token.header("Authorization").orElseThrow()).startsWith("Basic ");
        clock.advance(Duration.ofMinutes(5));
        registry.manifest(repository(), TAG, never);
        assertThat(fake.count("GET", "/token")).isEqualTo(2);
    }

    private void tokens(String answer, String realm) {
        fake.put("/token", "application/json", answer);
        fake.misbehave(exchange -> {
            boolean asksForToken = exchange.getRequestURI().getPath().equals("/token");
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (asksForToken || "Bearer secret-token".equals(authorization)) {
                return false;
            }
            answer(exchange, 401, "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"reg\"");
            return true;
        });
    }

    @Test
    void refusesARealmOutsideTheUpstreamsDomain() {
        tokens("{\"token\":\"secret-token\"}", "https://evil.example.com/token");
        UpstreamException failure = failure(() -> registry(Optional.of(new Credential("me", "pw")), fake.hostAndPort())
                .manifest(repository(), TAG, never));
        assertThat(failure.kind()).isEqualTo(Kind.INVALID);
        assertThat(failure).hasMessageContaining("realm").hasMessageNotContaining("pw");
    }

    @Test
    void answersABasicChallengeWithTheRulesCredential() {
        fake.image("a/b", "1", new byte[] {1});
        fake.misbehave(exchange -> {
            if (exchange.getRequestHeaders().containsKey("Authorization")) {
                return false;
            }
            answer(exchange, 401, "WWW-Authenticate", "Basic realm=\"x\"");
            return true;
        });
        assertThat(registry(Optional.of(new Credential("me", "pw")), fake.hostAndPort())
                        .manifest(repository(), TAG, never))
                .isNotNull();
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).kind())
                .isEqualTo(Kind.UNAUTHORIZED);
    }

    @Test
    void followsRedirectsWithoutTakingAuthorizationAlong() throws IOException {
        Digest digest = fake.blob("a/b", "bytes".getBytes(StandardCharsets.UTF_8));
        other.put("/elsewhere", "application/octet-stream", "bytes");
        fake.misbehave(exchange -> {
            if (!exchange.getRequestHeaders().containsKey("Authorization")) {
                answer(exchange, 401, "WWW-Authenticate", "Basic realm=\"x\"");
            } else {
                answer(exchange, 307, "Location", "http://" + other.hostAndPort() + "/elsewhere?signed=1");
            }
            return true;
        });
        UpstreamRegistry registry =
                registry(Optional.of(new Credential("me", "pw")), fake.hostAndPort(), other.hostAndPort());
        try (UpstreamBlob blob = registry.blob(repository(), digest, never)) {
            assertThat(blob.bytes().readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("bytes");
        }
        assertThat(other.requests()).hasSize(1).allMatch(request -> request.header("Authorization")
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/x", "ftp://x/y"})
    void refusesRedirectsToWhereNoRegistryIs(String location) {
        fake.misbehave(exchange -> {
            answer(exchange, 302, "Location", location);
            return true;
        });
        UpstreamException failure = failure(() -> registry().blob(repository(), Digest.of(new byte[0]), never));
        assertThat(failure.kind()).isEqualTo(Kind.INVALID);
        assertThat(fake.requests()).hasSize(1);
    }

    @Test
    void givesUpAfterFiveRedirects() {
        fake.misbehave(exchange -> {
            answer(exchange, 302, "Location", "/again");
            return true;
        });
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).kind())
                .isEqualTo(Kind.INVALID);
        assertThat(fake.requests()).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void getsWhereHeadIsNotSupported(int status) {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        fake.failWith(status, request -> request.method().equals("HEAD"));
        assertThat(registry().resolve(repository(), TAG, never).digest()).isEqualTo(digest);
    }

    @Test
    void refusesALyingDigestHeaderAndAManifestOver4MiB() {
        fake.misbehave(exchange -> {
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(new byte[0]).toString());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            return true;
        });
        assertThat(failure(() -> registry().manifest(repository(), TAG, never)).kind())
                .isEqualTo(Kind.INVALID);
        fake.behave();
        fake.manifest("a/b", "1", MediaType.OCI_MANIFEST, " ".repeat(Manifest.MAX_SIZE_BYTES + 1));
        assertThat(failure(() -> registry().manifest(repository(), TAG, never))).hasMessageContaining("4 MiB");
    }

    @Test
    void resumesByRangeAfterACutAndAsksOnlyForTheRest() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        Digest digest = fake.blob("a/b", bytes);
        AtomicInteger cuts = new AtomicInteger(1);
        fake.misbehave(exchange -> {
            if (cuts.getAndDecrement() <= 0) {
                return false;
            }
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, 100_000);
            exchange.getResponseBody().flush();
            return true;
        });
        try (UpstreamBlob blob = registry().blob(repository(), digest, never)) {
            assertThat(blob.bytes().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(fake.requests().get(1).header("Range").orElseThrow()).matches("bytes=[1-9][0-9]{0,5}-");
    }

    @Test
    void aResumedGetTakesNoCredentialToAnotherHost() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(8).nextBytes(bytes);
        Digest digest = Digest.of(bytes);
        fake.misbehave(exchange -> {
            boolean isDenied = !exchange.getRequestHeaders().containsKey("Authorization");
            if (isDenied) {
                answer(exchange, 401, "WWW-Authenticate", "Basic realm=\"x\"");
            }
            return isDenied;
        });
        fake.misbehave(BlobMisbehaviours.redirecting(other.hostAndPort()));
        other.misbehave(BlobMisbehaviours.tellingTheTotal(bytes));
        UpstreamRegistry registry =
                registry(Optional.of(new Credential("me", "pw")), fake.hostAndPort(), other.hostAndPort());
        try (UpstreamBlob blob = registry.blob(repository(), digest, never)) {
            assertThat(blob.bytes().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(other.requests()).hasSize(2).allMatch(request -> request.header("Authorization")
                .isEmpty());
        assertThat(other.requests().get(1).header("Range")).isPresent();
        assertThat(fake.requests()).hasSize(3);
    }

    @Test
    void cutsABodyThatStopsAndGivesUpWhenNothingMoreComes() throws IOException {
        fake.misbehave(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            // Longer than the client's silence limit; ends when the client hangs up or the fake is closed.
            try {
                Thread.sleep(3000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        try (UpstreamBlob blob = registry().blob(repository(), Digest.of(new byte[0]), never)) {
            assertThat(blob.sizeBytes()).hasValue(1000);
            Exception failure =
                    catchThrowableOfType(Exception.class, () -> blob.bytes().readAllBytes());
            assertThat(failure).isInstanceOfAny(IOException.class, UpstreamException.class);
        }
    }
}
