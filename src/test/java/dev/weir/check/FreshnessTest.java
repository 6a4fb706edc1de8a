package dev.weir.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.store.CachedTag;
import dev.weir.store.Lookup;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);

    @ParameterizedTest(name = "checked {0} ago is {1}")
    @CsvSource({
        "PT0S,       FRESH",
        "PT23H59M,   FRESH",
        "PT24H,      STALE",
        "P30D,       STALE",
        // A clock that is ahead of this one.
        "PT-5M,      FRESH",
    })
    void aCheckIsTrustedForTheInterval(Duration ago, Freshness freshness) {
        Descriptor manifest = new Descriptor(MediaType.OCI_MANIFEST, Digest.of(new byte[0]), 0);
        Lookup<CachedTag> cached = Lookup.found(CachedTag.first(manifest, NOW.minus(ago)));
        assertThat(Freshness.of(cached, NOW, DAY)).isEqualTo(freshness);
    }

    @Test
    void anAbsenceIsRememberedUntilItsTimeIsOver() {
        assertThat(Freshness.of(Lookup.absent(NOW.plusSeconds(1)), NOW, DAY)).isEqualTo(Freshness.ABSENT);
        assertThat(Freshness.of(Lookup.absent(NOW), NOW, DAY)).isEqualTo(Freshness.MISSING);
        assertThat(Freshness.of(Lookup.unknown(), NOW, DAY)).isEqualTo(Freshness.MISSING);
    }
}
