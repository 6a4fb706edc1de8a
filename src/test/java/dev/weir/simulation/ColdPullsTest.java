package dev.weir.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.simulation.ColdPulls.Result;
import dev.weir.template.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether many nodes get a new image at once, and what that does to the pulls of everybody else. */
class ColdPullsTest {
    private static final Duration A_HIT = Duration.ofMillis(50);
    /** "Burst and adaptive capacity": read units a second of one partition. */
    private static final double PARTITION = 3000;

    private static final Logger REQUESTS = Logger.getLogger("dev.weir.registry");

    @TempDir
    private Path folder;

    private final Template template = Template.load();

    /** A line for each of the requests would be megabytes. */
    @BeforeEach
    void quiet() {
        REQUESTS.setLevel(Level.WARNING);
    }

    @AfterEach
    void loud() {
        REQUESTS.setLevel(null);
    }

    @Test
    void aHundredNodesAtOnceGetTheImageWithTheDefaults() {
        Result result = new ColdPulls(template, folder).of(100, Duration.ofSeconds(1));
        assertThatNobodyNoticed(result);
    }

    @Test
    void aThousandNodesGetTheImageWithTheConcurrencyThatTheReadmeAsksFor() {
        Result result =
                new ColdPulls(template.with("WaitConcurrency", "3000"), folder).of(1000, Duration.ofSeconds(30));
        assertThatNobodyNoticed(result);
    }

    private static void assertThatNobodyNoticed(Result result) {
        assertThatHitsAreUnharmed(result);
        assertThat(result.atTheFirstPull()).as(result.toString()).isEqualTo(result.nodes());
        assertThat(result.throttledWaiting()).as(result.toString()).isZero();
        assertThat(result.readUnits()).as(result.toString()).isLessThan(PARTITION);
    }

    private static void assertThatHitsAreUnharmed(Result result) {
        assertThat(result.hits()).isGreaterThan(500);
        assertThat(result.harmedHits()).as(result.toString()).isZero();
        assertThat(result.slowestHit()).as(result.toString()).isLessThan(A_HIT);
        assertThat(result.givenUpFills()).as(result.toString()).isZero();
    }

    @Test
    void nodesThatAreTooManyForTheDefaultsPullAgainAndHitsAreUnharmed() {
        Result result = new ColdPulls(template, folder).of(400, Duration.ofSeconds(12));
        assertThatHitsAreUnharmed(result);
        assertThat(result.throttledWaiting()).as(result.toString()).isPositive();
        assertThat(result.atTheFirstPull()).as(result.toString()).isLessThan(result.nodes());
        assertThat(result.slowest()).as(result.toString()).isLessThan(Duration.ofMinutes(15));
    }

    @Test
    void withoutAFunctionForWaitingHitsFail() {
        Result result = new ColdPulls(
                        template.with("RegistryConcurrency", "450"),
                        folder,
                        function -> function.equals("WaitFunction") ? "RegistryFunction" : function)
                .of(400, Duration.ofSeconds(12));
        assertThat(result.harmedHits()).as(result.toString()).isPositive();
        assertThat(result.atTheFirstPull()).as(result.toString()).isLessThan(result.nodes());
    }

    @Test
    void fillsBeyondTheirConcurrencyWaitInTheQueueAndPullsWaitForThem() {
        Result result = new ColdPulls(template.with("FillConcurrency", "3"), folder).of(20, Duration.ofSeconds(1));
        assertThatHitsAreUnharmed(result);
        assertThat(result.mostFills()).as(result.toString()).isEqualTo(3);
        assertThat(result.slowest()).as(result.toString()).isLessThan(Duration.ofMinutes(15));
    }
}
