package dev.weir.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.local.MvStoreTable;
import dev.weir.table.TableLeases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldLeaseTest {
    private static final LeaseName NAME = new LeaseName("blob quay.io sha256:1", "up");
    private static final int KIB = 1024;

    private final MovableClock clock = new MovableClock();
    private final MvStoreTable table;
    private final Leases leases;

    HeldLeaseTest(@TempDir Path folder) {
        table = MvStoreTable.open(folder, clock);
        leases = new TableLeases(table);
    }

    @AfterEach
    void close() {
        table.close();
    }

    /** Reads for two minutes, so much each second. */
    private void read(int bytesEachSecond) throws IOException {
        Instant now = clock.instant();
        assertThat(leases.acquire(NAME, "first", Leases.Take.FREE, now, now.plus(SingleFlight.LEASE)))
                .isTrue();
        HeldLease lease = new HeldLease(leases, NAME, "first", SingleFlight.LEASE, clock);
        InputStream in = lease.renewing(new ByteArrayInputStream(new byte[120 * bytesEachSecond]));
        for (int second = 0; second < 120; second++) {
            assertThat(in.read(new byte[bytesEachSecond], 0, bytesEachSecond)).isEqualTo(bytesEachSecond);
            clock.advance(Duration.ofSeconds(1));
        }
    }

    private boolean isTakenOver() {
        Instant now = clock.instant();
        return leases.acquire(NAME, "second", Leases.Take.FREE, now, now.plus(SingleFlight.LEASE));
    }

    @Test
    void bytesThatFlowKeepTheLease() throws IOException {
        read(5 * KIB);
        assertThat(isTakenOver()).isFalse();
    }

    @Test
    void bytesThatTrickleLeaveTheLeaseToAnother() throws IOException {
        read(KIB);
        assertThat(isTakenOver()).isTrue();
    }

    @Test
    void whoeverHasLostTheLeaseStopsAtTheNextRenewal() throws IOException {
        read(KIB);
        assertThat(isTakenOver()).isTrue();
        HeldLease lost = new HeldLease(leases, NAME, "first", SingleFlight.LEASE, clock);
        InputStream in = lost.renewing(new ByteArrayInputStream(new byte[KIB * KIB]));
        clock.advance(Duration.ofSeconds(16));
        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("lost the lease on");
    }
}
