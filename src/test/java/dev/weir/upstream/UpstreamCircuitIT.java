package dev.weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.TableLayout;
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
    private UpstreamRepository repository = repository("r");
    private CircuitName name = CircuitName.ofRepository(repository);
    private CircuitName limit = CircuitName.ofLimit(repository.rule().account(), Load.MANIFESTS);
    private UpstreamCircuit circuit = circuit();
    private UpstreamCircuit elsewhere = circuit();

    @BeforeEach
    void freshUpstream() {
        hosts++;
        repository = repository("r");
        name = CircuitName.ofRepository(repository);
        limit = CircuitName.ofLimit(repository.rule().account(), Load.MANIFESTS);
        circuit = circuit();
        elsewhere = circuit();
    }

    /** Of this test's own host. */
    private UpstreamRepository repository(String path) {
        UpstreamUrl url = UpstreamUrl.parse("host-" + hosts + ".example", InsecureUpstreams.NONE);
        return RuleSet.of(PullThroughCacheRule.of(RepositoryPrefix.parse("up"), url))
                .match(RepositoryName.parse("up/" + path))
                .found()
                .orElseThrow();
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
        fail(repository, times);
    }

    private void fail(UpstreamRepository which, int times) {
        for (int i = 0; i < times; i++) {
            call(which, failure(Kind.UNAVAILABLE, 503));
        }
    }

    private void call(UpstreamRepository which, UpstreamException failure) {
        CircuitPass.admit(circuit, which, Load.MANIFESTS, "resolve").failed(failure);
    }

    private void record(UpstreamCircuit one, Optional<UpstreamState> probe, UpstreamException failure) {
        one.recordFailure(name, probe, failure, repository.upstreamName());
    }

    private boolean isOpen(UpstreamRepository which) {
        return CircuitPass.isClosedTo(elsewhere, which);
    }

    private List<Optional<UpstreamState>> admitted(UpstreamCircuit... circuits) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<Optional<Optional<UpstreamState>>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                UpstreamCircuit one = circuits[i % circuits.length];
                calls.add(() -> {
                    try {
                        return Optional.of(one.admit(name, "resolve"));
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
        List<CircuitPass> earlier = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            earlier.add(CircuitPass.admit(circuit, repository, Load.MANIFESTS, "resolve"));
        }
        call(repository, failure(Kind.RATE_LIMITED, 429, Duration.ofMinutes(30)));
        earlier.get(0).succeeded();
        earlier.get(1).failed(failure(Kind.NOT_FOUND, 404));
        earlier.get(2).failed(failure(Kind.UNAVAILABLE, 503));
        earlier.get(3).failed(failure(Kind.RATE_LIMITED, 429, Duration.ofSeconds(5)));
        assertThat(circuit.openState(limit).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofMinutes(30)));
        assertThat(elsewhere.openState(limit)).isEqualTo(circuit.openState(limit));
        assertThatThrownBy(() -> elsewhere.admit(limit, "resolve x"))
                .isInstanceOf(UpstreamException.class)
                .hasMessageContaining("resolve x")
                .hasMessageContaining("is not asked until")
                .hasMessageContaining("status 429");
    }

    @Test
    void retryAfterIsHonouredForSixHours() {
        call(repository, failure(Kind.RATE_LIMITED, 429, Duration.ofHours(2)));
        assertThat(circuit.openState(limit).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofHours(2)));
        weir.clock.advance(Duration.ofHours(2));
        call(repository, failure(Kind.RATE_LIMITED, 429, Duration.ofDays(365)));
        assertThat(circuit.openState(limit).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plus(Duration.ofHours(6)));
    }

    @Test
    void aBrokenRepositoryPausesItselfAndNoOther() {
        fail(5);
        assertThat(isOpen(repository)).isTrue();
        assertThat(isOpen(repository("other"))).isFalse();
        fail(repository("other"), 1);
        assertThat(isOpen(repository("third"))).isFalse();
    }

    @Test
    void failuresOfSeveralRepositoriesPauseTheHost() {
        fail(repository("a"), 3);
        fail(repository("b"), 2);
        assertThat(isOpen(repository("third"))).isTrue();
        assertThatThrownBy(() -> call(repository("third"), failure(Kind.UNAVAILABLE, 503)))
                .hasMessageContaining("host-" + hosts + ".example is not asked until");
    }

    @Test
    void aRepositoryThatAnswersShowsThatTheHostIsWell() {
        fail(repository("a"), 3);
        CircuitPass.admit(circuit, repository("well"), Load.MANIFESTS, "resolve")
                .succeeded();
        fail(repository("b"), 2);
        assertThat(isOpen(repository("third"))).isFalse();
    }

    @Test
    void blobsFlowWhileManifestsAreLimited() {
        call(repository, failure(Kind.RATE_LIMITED, 429, Duration.ofHours(1)));
        CircuitPass.admit(elsewhere, repository, Load.BLOBS, "fetch").succeeded();
        assertThatThrownBy(() -> CircuitPass.admit(elsewhere, repository, Load.MANIFESTS, "fetch"))
                .hasMessageContaining("status 429");
    }

    @Test
    void failuresAtOnceAreAllCounted() throws Exception {
        List<Optional<UpstreamState>> calls = admitted(circuit, elsewhere);
        assertThat(calls).hasSize(CALLERS);
        ExecutorService pool = Executors.newFixedThreadPool(5);
        List<Callable<Boolean>> failures = new ArrayList<>();
        for (UpstreamCircuit one : List.of(circuit, elsewhere, circuit, elsewhere, circuit)) {
            failures.add(() -> {
                record(one, Optional.empty(), failure(Kind.UNAVAILABLE, 503));
                return true;
            });
        }
        for (Future<Boolean> one : pool.invokeAll(failures)) {
            one.get();
        }
        pool.shutdownNow();
        assertThat(weir.states.find(name).orElseThrow().failures()).isEqualTo(5);
        assertThat(circuit().openState(name)).isPresent();
    }

    @Test
    void afterThePauseOneGoesFirstAndTheOthersFollowWhenItCameBackWell() throws Exception {
        fail(5);
        weir.clock.advance(Duration.ofSeconds(15));
        List<Optional<UpstreamState>> passed = admitted(circuit, elsewhere);
        assertThat(passed).hasSize(1);
        Optional<UpstreamState> probe = passed.get(0);
        assertThat(probe).isPresent();
        circuit.recordSuccess(name, probe);
        assertThat(weir.states.find(name)).isEmpty();
        weir.clock.advance(Duration.ofSeconds(5));
        assertThat(admitted(circuit, elsewhere)).hasSize(CALLERS);
    }

    @Test
    void aProbeThatFailsDoublesThePause() throws Exception {
        fail(5);
        assertThat(circuit.openState(name).orElseThrow().openUntil())
                .isEqualTo(weir.clock.instant().plusSeconds(15));
        weir.clock.advance(Duration.ofSeconds(15));
        Optional<UpstreamState> probe = admitted(elsewhere).get(0);
        record(elsewhere, probe, failure(Kind.TIMEOUT, 0));
        assertThat(elsewhere.openState(name).orElseThrow().openUntil())
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
            CircuitPass probe = CircuitPass.admit(circuit, repository, Load.MANIFESTS, "resolve");
            assertThat(isOpen(repository)).as(failure.getMessage()).isTrue();
            probe.failed(failure);
            weir.clock.advance(Duration.ofSeconds(5));
        }
        assertThat(weir.states.find(name)).isPresent();
        call(repository, failure(Kind.INVALID, 400));
        assertThat(weir.states.find(name)).isEmpty();
    }

    @Test
    void aCallersOwnShortTimeIsNoFailureOfUpstreams() {
        for (int i = 0; i < 10; i++) {
            call(repository, UpstreamException.outOfTime("resolve x", null));
        }
        assertThat(weir.states.find(name)).isEmpty();
    }

    @Test
    void aProbeThatMeetsALimitLeavesThePauseForTheNext() throws Exception {
        fail(5);
        weir.clock.advance(Duration.ofSeconds(15));
        call(repository, failure(Kind.RATE_LIMITED, 429, Duration.ofSeconds(20)));
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
        assertThat(circuit.openState(name)).isEmpty();
        fail(1);
        assertThat(circuit.openState(name)).isPresent();
    }

    @Test
    void aSecretThatCanNotBeReadIsNoSignOfLife() {
        fail(4);
        call(repository, UpstreamException.of(Kind.UNAUTHORIZED, "read secret x", "is not JSON"));
        fail(1);
        assertThat(circuit.openState(name)).isPresent();
    }

    @Test
    void manyBrokenRepositoriesHideNoOtherCircuit() {
        for (int i = 0; i < 120; i++) {
            circuit.recordFailure(
                    CircuitName.ofRepository(repository("a" + i)),
                    Optional.empty(),
                    failure(Kind.UNAVAILABLE, 503),
                    RepositoryName.parse("a" + i));
        }
        fail(5);
        call(repository("other"), failure(Kind.RATE_LIMITED, 429, Duration.ofHours(1)));
        UpstreamStates.OfAccount read = weir.states.ofAccount(repository.rule().account());
        assertThat(read.states()).hasSize(100).containsKey(limit).doesNotContainKey(name);
        assertThat(read.isWhole()).isFalse();
        assertThat(circuit().openState(limit)).isPresent();
        assertThat(circuit().openState(name)).isPresent();
        assertThat(circuit().openState(CircuitName.ofRepository(repository("unknown"))))
                .isEmpty();
    }

    @Test
    void aCircuitOfAnotherVersionIsLeftOut() {
        fail(5);
        weir.table.put(Item.at(TableLayout.circuit(CircuitName.ofRepository(repository("later"))))
                .with("failures", 1)
                .with("kind", "OF_A_LATER_VERSION"));
        weir.table.put(Item.at(new Key(TableLayout.circuit(name).pk(), "LATER_SCOPE")));
        assertThat(weir.states.ofAccount(repository.rule().account()).states())
                .containsOnlyKeys(name, CircuitName.ofAccount(repository.rule().account()));
        assertThat(isOpen(repository)).isTrue();
        assertThat(isOpen(repository("later"))).isFalse();
        fail(repository("later"), 1);
    }
}
