package dev.weir.gate;

import static dev.weir.gate.GateUnderTest.ALLOW_DEV_IMPORT;
import static dev.weir.gate.GateUnderTest.ALLOW_PULL;
import static dev.weir.gate.GateUnderTest.DEV;
import static dev.weir.gate.GateUnderTest.HOLD_PROD;
import static dev.weir.gate.GateUnderTest.PROD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.AuditLog;
import dev.weir.gate.GateUnderTest.Built;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line for each decision on a pull, and none for a pull of what is cached and allowed. */
class AuditTest {
    private static final String TAG = "/v2/up/app/manifests/1";

    private GateUnderTest gate;
    private AuditLog log;

    @BeforeEach
    void start(@TempDir Path folder) {
        gate = new GateUnderTest(folder);
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT, HOLD_PROD);
        log = new AuditLog();
    }

    @AfterEach
    void stop() {
        log.close();
        gate.close();
    }

    private Built pulledByDev(String content) {
        Built built = gate.build("app", "1", content);
        gate.get(DEV, TAG);
        log.clear();
        return built;
    }

    private void assertOnlyLine(String principal, String action, String image, String decision, String by) {
        assertThat(log.lines()).hasSize(1);
        assertThat(AuditLog.fields(log.lines().get(0)))
                .containsOnlyKeys("principal", "action", "image", "decision", "by")
                .containsEntry("principal", "weir:user/" + principal)
                .containsEntry("action", "ecr:" + action)
                .containsEntry("image", image)
                .containsEntry("decision", decision)
                .hasEntrySatisfying("by", said -> assertThat(said).contains(by));
        log.clear();
    }

    @Test
    void anImportHasALineAndTheCachedPullAfterItHasNone() {
        Built built = gate.build("app", "1", "a");
        gate.get(DEV, TAG);
        assertOnlyLine("dev", "BatchImportUpstreamImage", "up/app:1", "IMPORTED", "");
        gate.get(DEV, "/v2/up/app/manifests/" + built.image());
        assertOnlyLine("dev", "BatchImportUpstreamImage", "up/app@" + built.image(), "IMPORTED", "");
        gate.get(DEV, "/v2/up/app/blobs/" + built.layer());
        log.clear();
        for (String path : new String[] {TAG, "/v2/up/app/blobs/" + built.layer(), "/v2/up/app/tags/list"}) {
            assertThat(gate.get(DEV, path).status()).isIn(200, 307);
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aDeniedPullHasALine() {
        pulledByDev("a");
        gate.policy("{'Sid':'Never','Effect':'Deny','Principal':'*','Action':'ecr:BatchGetImage'}");
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "DENIED", "'Never' of the registry policy");
    }

    @Test
    void aDeniedImportHasALine() {
        Built built = gate.build("app", "1", "a");
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        assertOnlyLine("prod", "BatchImportUpstreamImage", "up/app:1", "DENIED", "no statement allows it");
        gate.policy(ALLOW_PULL);
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(403);
        assertOnlyLine("prod", "BatchImportUpstreamImage", "up/app@" + built.layer(), "DENIED", "no statement");
    }

    @Test
    void whatASettingOfTheRuleDeniesHasALine() {
        gate.rule(Map.of("weir:deny", "app"));
        assertThat(gate.get(DEV, TAG).status()).isEqualTo(403);
        assertOnlyLine("dev", "BatchGetImage", "up/app:1", "DENIED", "app");
    }

    @Test
    void aHeldImageAndTheOneThatIsServedInsteadHaveALine() {
        Built old = pulledByDev("old");
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "HELD", "first seen");
        gate.weir.clock.advance(Duration.ofDays(3));
        pulledByDev("new");
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(200);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "HELD_NEWER", "'ProdOnlyOld'");
        gate.get(PROD, TAG);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "HELD_NEWER", "served " + old.index());
    }

    @Test
    void whatWouldBeHeldHasALine() {
        gate.rule(Map.of("weir:gate-mode", "observe"));
        Built built = pulledByDev("a");
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(200);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "WOULD_HOLD", "'ProdOnlyOld'");
        assertThat(gate.get(PROD, "/v2/up/app/manifests/" + built.index()).status())
                .isEqualTo(200);
        assertOnlyLine("prod", "BatchGetImage", "up/app@" + built.index(), "WOULD_HOLD", "'ProdOnlyOld'");
    }

    @Test
    void aReleasedImageHasALineWithTheReason() {
        Built built = pulledByDev("a");
        gate.release(
                "up/app",
                built.index() + ";CVE-2026-1 \"now\";"
                        + gate.weir.clock.instant().plusSeconds(60));
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(200);
        assertOnlyLine("prod", "BatchGetImage", "up/app:1", "QUARANTINE_OVERRIDDEN", "CVE-2026-1 \"now\"");
    }

    @Test
    void anImageOfADateHasALine() {
        Built built = pulledByDev("a");
        gate.weir.clock.advance(Duration.ofDays(2));
        String day = gate.weir.clock.instant().toString().substring(0, 10);
        assertThat(gate.get(DEV, "/v2/at-" + day + "/up/app/manifests/1").status())
                .isEqualTo(200);
        assertOnlyLine("dev", "BatchGetImage", "up/app:1", "AS_OF", "served " + built.index());
    }

    @Test
    void aBlobOfUnknownAgeHasALine() {
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT);
        Built built = pulledByDev("a");
        gate.get(DEV, "/v2/up/app/blobs/" + built.layer());
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT, HOLD_PROD);
        log.clear();
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + built.layer()).status()).isEqualTo(403);
        assertOnlyLine("prod", "GetDownloadUrlForLayer", "up/app@" + built.layer(), "DENIED", "age is not known");
    }
}
