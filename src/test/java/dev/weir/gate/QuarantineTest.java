package dev.weir.gate;

import static dev.weir.gate.GateUnderTest.ALLOW_DEV_IMPORT;
import static dev.weir.gate.GateUnderTest.ALLOW_PULL;
import static dev.weir.gate.GateUnderTest.DEV;
import static dev.weir.gate.GateUnderTest.HOLD_PROD;
import static dev.weir.gate.GateUnderTest.PROD;
import static dev.weir.gate.GateUnderTest.body;
import static dev.weir.gate.GateUnderTest.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.GateUnderTest.Built;
import dev.weir.registry.RegistryResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tag means the newest image that is old enough; all that can be pulled is what may be. */
class QuarantineTest {
    private static final String TAG = "/v2/up/app/manifests/1";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration AGE = Duration.ofDays(3);

    private GateUnderTest gate;

    @BeforeEach
    void start(@TempDir Path folder) {
        gate = new GateUnderTest(folder);
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT, HOLD_PROD);
    }

    @AfterEach
    void stop() {
        gate.close();
    }

    private Instant now() {
        return gate.weir.clock.instant();
    }

    private Built pulledByDev(String content) {
        Built built = gate.build("app", "1", content);
        assertThat(digestOf(gate.get(DEV, TAG))).isEqualTo(built.index().toString());
        return built;
    }

    @Test
    void ofATagThatMovesHourlyForAWeekTheNewestThatIs72HoursOldIsServed() {
        List<String> seen = new ArrayList<>();
        for (int hour = 0; hour < 168; hour++) {
            seen.add(pulledByDev("build " + hour).index().toString());
            RegistryResponse prod = gate.get(PROD, TAG);
            if (hour < 72) {
                assertThat(prod.status()).as("hour " + hour).isEqualTo(403);
                assertThat(prod.headers())
                        .containsEntry(
                                "Retry-After",
                                Long.toString(Duration.ofHours(72 - hour).toSeconds()));
            } else {
                assertThat(digestOf(prod)).as("hour " + hour).isEqualTo(seen.get(hour - 72));
                assertThat(prod.headers()).containsEntry("Cache-Status", "weir; hit; detail=held-newer");
            }
            gate.weir.clock.advance(HOUR);
        }
    }

    @Test
    void aDenialNamesTheStatementAndWhenTheImageWasFirstSeenAndIsFree() {
        Instant first = now();
        Built built = pulledByDev("a");
        gate.weir.clock.advance(HOUR);
        RegistryResponse denied = gate.get(PROD, TAG);
        assertThat(denied.status()).isEqualTo(403);
        assertThat(body(denied))
                .contains("DENIED", "'weir:user/prod' may not ecr:BatchGetImage 'up/app:1'")
                .contains("statement 'ProdOnlyOld' of the registry policy")
                .contains(built.index() + " was first seen " + first + ", served from " + first.plus(AGE));
    }

    @Test
    void anImageThatATagPointsAtAgainIsAsOldAsItIs() {
        Built old = pulledByDev("a");
        gate.weir.clock.advance(AGE.minus(HOUR));
        pulledByDev("b");
        gate.weir.clock.advance(HOUR);
        pulledByDev("a");
        RegistryResponse served = gate.get(PROD, TAG);
        assertThat(digestOf(served)).isEqualTo(old.index().toString());
        assertThat(served.headers()).containsEntry("Cache-Status", "weir; hit");
    }

    @Test
    void whatWasCachedBeforeTheRuleCameStays() {
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT);
        Built built = pulledByDev("a");
        gate.weir.clock.advance(AGE);
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT, HOLD_PROD);
        assertThat(digestOf(gate.get(PROD, TAG))).isEqualTo(built.index().toString());
        assertThat(gate.get(DEV, "/v2/up/app/manifests/" + built.image()).status())
                .isEqualTo(200);
        assertThat(gate.get(PROD, "/v2/up/app/manifests/" + built.image()).status())
                .as("an image is as old as its index, whenever it was fetched")
                .isEqualTo(200);
    }

    @Test
    void theClockIsThatOfTheFirstHeadWhenTheFetchComesLater() {
        pulledByDev("a");
        gate.weir.clock.advance(HOUR);
        Built next = gate.build("app", "1", "b");
        gate.upstream.failWith(503, request -> request.method().equals("GET"));
        gate.get(DEV, TAG);
        gate.upstream.behave();
        gate.weir.clock.advance(AGE.minus(HOUR));
        assertThat(digestOf(gate.get(DEV, TAG))).isEqualTo(next.index().toString());
        gate.weir.clock.advance(HOUR);
        assertThat(digestOf(gate.get(PROD, TAG))).isEqualTo(next.index().toString());
    }

    @Test
    void aDigestAndItsPartsHaveTheClockOfTheirIndex() {
        Built built = pulledByDev("a");
        gate.weir.clock.advance(AGE.minus(HOUR));
        gate.get(DEV, "/v2/up/app/manifests/" + built.image());
        gate.get(DEV, "/v2/up/app/blobs/" + built.layer());
        List<String> paths = List.of(
                "/v2/up/app/manifests/" + built.index(),
                "/v2/up/app/manifests/" + built.image(),
                "/v2/up/app/blobs/" + built.layer());
        for (String path : paths) {
            RegistryResponse denied = gate.get(PROD, path);
            assertThat(denied.status()).as(path).isEqualTo(403);
            assertThat(denied.headers()).as(path).containsEntry("Retry-After", "3600");
        }
        gate.weir.clock.advance(HOUR);
        for (String path : paths) {
            assertThat(gate.get(PROD, path).status()).as(path).isIn(200, 307);
        }
    }

    @Test
    void aStatementThatNamesTheDigestFreesTheImageWithItsParts() {
        Built built = pulledByDev("a");
        gate.get(DEV, "/v2/up/app/manifests/" + built.image());
        gate.get(DEV, "/v2/up/app/blobs/" + built.layer());
        gate.policy(
                ALLOW_PULL,
                ALLOW_DEV_IMPORT,
                HOLD_PROD.replace(
                        "'Condition':{",
                        "'Condition':{'StringNotEquals':{'weir:ImageDigest':'" + built.index() + "'},"));
        assertThat(digestOf(gate.get(PROD, TAG))).isEqualTo(built.index().toString());
        assertThat(gate.get(PROD, "/v2/up/app/manifests/" + built.image()).status())
                .isEqualTo(200);
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(307);
    }

    @Test
    void aReleaseFreesOneImageWithItsPartsUntilItEnds() {
        Built built = pulledByDev("a");
        gate.get(DEV, "/v2/up/app/manifests/" + built.image());
        gate.get(DEV, "/v2/up/app/blobs/" + built.layer());
        gate.release("up/app", built.index() + ";CVE-2100-1;" + now().plus(HOUR));
        assertThat(digestOf(gate.get(PROD, TAG))).isEqualTo(built.index().toString());
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(307);
        gate.weir.clock.advance(HOUR);
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(403);
    }

    @Test
    void aRulesMinimumAgeIsTheSameStatementForEveryone() {
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT);
        gate.rule(Map.of("weir:min-age", "PT72H"));
        gate.build("app", "1", "a");
        RegistryResponse held = gate.get(DEV, TAG);
        assertThat(held.status()).isEqualTo(403);
        assertThat(body(held)).contains("'MinAge' of the rule of 'up/app' (weir:min-age=PT72H)");
        gate.weir.clock.advance(AGE);
        assertThat(gate.get(DEV, TAG).status()).isEqualTo(200);
    }

    @Test
    void aRuleThatOnlyObservesServesAndMarks() {
        gate.rule(Map.of("weir:min-age", "PT72H", "weir:gate-mode", "observe"));
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT);
        Built built = pulledByDev("a");
        RegistryResponse served = gate.get(PROD, TAG);
        assertThat(digestOf(served)).isEqualTo(built.index().toString());
        assertThat(served.headers().get("Cache-Status")).contains("detail=would-hold");
        assertThat(gate.get(DEV, "/v2/up/app/manifests/" + built.image()).status())
                .isEqualTo(200);
        assertThat(gate.get(DEV, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(307);
    }

    @Test
    void aTagIsServedAsItWasOnADay() {
        Built first = pulledByDev("a");
        gate.weir.clock.advance(Duration.ofHours(36));
        pulledByDev("b");
        assertThat(digestOf(gate.get(DEV, "/v2/at-2100-01-02/up/app/manifests/1")))
                .isEqualTo(first.index().toString());
        assertThat(gate.get(DEV, "/v2/at-2099-12-31/up/app/manifests/1").status())
                .isEqualTo(404);
        assertThat(gate.get(DEV, "/v2/at-2100-01-02/up/app/manifests/" + first.image())
                        .status())
                .isEqualTo(200);
        assertThat(gate.get(DEV, "/v2/at-2100-01-02/up/app/blobs/" + first.layer())
                        .status())
                .isEqualTo(307);
        gate.rule(Map.of("weir:as-of", "2100-01-02"));
        assertThat(digestOf(gate.get(DEV, TAG))).isEqualTo(first.index().toString());
    }

    @Test
    void theDayDoesNotReachAroundTheAge() {
        pulledByDev("a");
        gate.weir.clock.advance(Duration.ofHours(36));
        assertThat(gate.get(PROD, "/v2/at-2100-01-02/up/app/manifests/1").status())
                .isEqualTo(403);
    }
}
