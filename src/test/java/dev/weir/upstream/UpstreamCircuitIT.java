package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.WeirUnderTest;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The circuit on the table that all functions share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamCircuitIT {
    private static final int CALLERS = 16;

    private final WeirUnderTest weir = new WeirUnderTest();
    private int hosts;
    private UpstreamUrl url = UpstreamUrl.parse("host-0.example", InsecureUpstreams.NONE);
    private UpstreamCircuit circuit = circuit();
    private UpstreamCircuit elsewhere = circuit();

    @BeforeEach
    void freshUpstream() {
        url = UpstreamUrl.parse("host-" + ++hosts + ".example", InsecureUpstreams.NONE);
        circuit = circuit();
        elsewhere = circuit();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private UpstreamCircuit circuit() {
        // Finer than the table keeps, as a real clock is.
        return new UpstreamCircuit(weir.states, Clock.offset(weir.clock, Duration.ofNanos(123_456)));
    }

    private static UpstreamException failure(Kind kind, int status, Duration... retryAfter) {
        return UpstreamException.answered(
                kind,
                "resolve a/b:1",
                "status " + status,
                status,
                List.of(retryAfter).stream().findFirst());
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            circuit.recordFailure(url, circuit.admit(url, "resolve"), failure(Kind.UNAVAILABLE, 503));
        }
    }

    private List<Optional<UpstreamState>> admitted(UpstreamCircuit... circuits) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<Optional<Optional<UpstreamState>>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                UpstreamCircuit one = circuits[i % circuits.length];
                calls.add(() -> {
                    try {
                        return Optional.of(one.admit(url, "resolve"));
                    } catch (UpstreamException e) {
                        assertThat(e.origin()).isEqualTo(UpstreamException.Origin.CIRCUIT_OPEN);
                        return Optional.empty();
                    }
                });
            }
            List<Optional<UpstreamState>> passed = new ArrayList<>();
            for (Future<Optional<Optional<UpstreamState>>> call : pool.invokeAll(calls)) {
                call.get().ifPresent(passed::add);
            }
            return passed;
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatACallThatBeganBeforeThePauseEndsWithDoesNotEndIt() {
        Optional<UpstreamState> earlier = circuit.admit(url, "resolve");
        circuit.recordFailure(url, Optional.empty(), failure(Kind.RATE_LIMITED, 429, Duration.ofMinutes(30)));
        circuit.recordSuccess(url, earlier);
        circuit.recordFailure(url, earlier, failure(Kind.NOT_FOUND, 404));
        circuit.recordFailure(url, earlier, failure(Kind.UNAVAILABLE, 503));
        circuit.recordFailure(url, earlier, failure(Kind.RATE_LIMITED, 429, Duration.ofSeconds(5)));
        assertThat(circuit.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofMinutes(30)));
        assertThat(elsewhere.openState(url)).isEqualTo(circuit.openState(url));
        assertThatThrownBy(() -> elsewhere.admit(url, "resolve x"))
                .isInstanceOf(UpstreamException.class)
                .hasMessageContaining("resolve x")
                .hasMessageContaining("is not asked until")
                .hasMessageContaining("status 429");
    }

    @Test
    void retryAfterIsHonouredForSixHours() {
        circuit.recordFailure(url, Optional.empty(), failure(Kind.RATE_LIMITED, 429, Duration.ofHours(2)));
        assertThat(circuit.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofHours(2)));
        circuit.recordFailure(url, Optional.empty(), failure(Kind.RATE_LIMITED, 429, Duration.ofDays(365)));
        assertThat(circuit.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofHours(6)));
    }

    @Test
    void failuresAtOnceAreAllCounted() throws Exception {
        List<Optional<UpstreamState>> calls = admitted(circuit, elsewhere);
        assertThat(calls).hasSize(CALLERS);
        ExecutorService pool = Executors.newFixedThreadPool(5);
        List<Callable<Boolean>> failures = new ArrayList<>();
        for (UpstreamCircuit one : List.of(circuit, elsewhere, circuit, elsewhere, circuit)) {
            failures.add(() -> {
                one.recordFailure(url, Optional.empty(), failure(Kind.UNAVAILABLE, 503));
                return true;
            });
        }
        for (Future<Boolean> one : pool.invokeAll(failures)) {
            one.get();
        }
        pool.shutdownNow();
        assertThat(weir.states.find(url).orElseThrow().failures()).isEqualTo(5);
        assertThat(circuit().openState(url)).isPresent();
    }

    @Test
    void afterThePauseOneGoesFirstAndTheOthersFollowWhenItCameBackWell() throws Exception {
        fail(5);
        weir.clock.advance(Duration.ofSeconds(15));
        List<Optional<UpstreamState>> passed = admitted(circuit, elsewhere);
        assertThat(passed).hasSize(1);
        Optional<UpstreamState> probe = passed.get(0);
        assertThat(probe).isPresent();
        circuit.recordSuccess(url, probe);
        assertThat(weir.states.find(url)).isEmpty();
        weir.clock.advance(Duration.ofSeconds(5));
        assertThat(admitted(circuit, elsewhere)).hasSize(CALLERS);
    }

    @Test
    void aProbeThatFailsDoublesThePause() throws Exception {
        fail(5);
        assertThat(circuit.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plusSeconds(15));
        weir.clock.advance(Duration.ofSeconds(15));
        Optional<UpstreamState> probe = admitted(elsewhere).get(0);
        elsewhere.recordFailure(url, probe, failure(Kind.TIMEOUT, 0));
        assertThat(elsewhere.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plusSeconds(30));
    }

    @Test
    void aProbeThatLearnedNothingOfUpstreamIsGivenBack() throws Exception {
        fail(5);
        weir.clock.advance(Duration.ofSeconds(15));
        List<UpstreamException> nothing = List.of(
                UpstreamException.of(Kind.UNAUTHORIZED, "read secret x", "is not JSON"),
                UpstreamException.of(Kind.INVALID, "resolve x", "not a public address"),
                UpstreamException.outOfTime("resolve x", null));
        for (UpstreamException failure : nothing) {
            List<Optional<UpstreamState>> passed = admitted(circuit, elsewhere);
            assertThat(passed).as(failure.getMessage()).hasSize(1);
            circuit.recordFailure(url, passed.get(0), failure);
            weir.clock.advance(Duration.ofSeconds(5));
        }
        Optional<UpstreamState> probe = admitted(circuit).get(0);
        circuit.recordFailure(url, probe, failure(Kind.INVALID, 400));
        assertThat(weir.states.find(url)).isEmpty();
    }

    @Test
    void aCallersOwnShortTimeIsNoFailureOfUpstreams() {
        for (int i = 0; i < 10; i++) {
            circuit.recordFailure(url, circuit.admit(url, "resolve"), UpstreamException.outOfTime("resolve x", null));
        }
        assertThat(weir.states.find(url)).isEmpty();
    }

    @Test
    void a429DuringAPauseForFailuresKeepsTheirCount() throws Exception {
        fail(5);
        circuit.recordFailure(url, Optional.empty(), failure(Kind.RATE_LIMITED, 429, Duration.ofSeconds(20)));
        assertThat(circuit.openState(url).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plusSeconds(20));
        weir.clock.advance(Duration.ofSeconds(20));
        assertThat(admitted(circuit, elsewhere)).hasSize(1);
    }

    @Test
    void aProbeThatNeverCameBackIsFollowedByAnother() throws Exception {
        fail(5);
        weir.clock.advance(Duration.ofSeconds(15));
        assertThat(admitted(circuit)).hasSize(1);
        weir.clock.advance(Duration.ofSeconds(61));
        assertThat(admitted(elsewhere)).hasSize(1);
    }

    @Test
    void aFailureIsForgottenAfterAMinute() {
        fail(4);
        weir.clock.advance(Duration.ofSeconds(61));
        fail(4);
        assertThat(circuit.openState(url)).isEmpty();
        fail(1);
        assertThat(circuit.openState(url)).isPresent();
    }

    @Test
    void aSecretThatCanNotBeReadIsNoSignOfLife() {
        fail(4);
        circuit.recordFailure(
                url, Optional.empty(), UpstreamException.of(Kind.UNAUTHORIZED, "read secret x", "is not JSON"));
        fail(1);
        assertThat(circuit.openState(url)).isPresent();
    }
}
