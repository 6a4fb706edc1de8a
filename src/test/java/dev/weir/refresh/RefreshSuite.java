package dev.weir.refresh;

import dev.weir.event.CacheAction;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryResponse;
import dev.weir.store.CachedTag;
import dev.weir.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Ticks over the production adapters, a real socket upstream and a clock moved by hand. */
abstract class RefreshSuite {
    static final Tag ONE = Tag.parse("1");
    final WeirUnderTest weir = new WeirUnderTest();
    final RegistryHandler registry = weir.process(weir.clock, Long.MAX_VALUE);
    final Refresher refresher = weir.refresher();

    @AfterEach
    void stop() {
        refresher.close();
        weir.close();
    }

    RegistryResponse pull(String name) {
        return WeirUnderTest.get(registry, "/v2/up/" + name + "/manifests/1");
    }

    RefreshReport tick() {
        return refresher.tick(Deadline.in(weir.clock, Duration.ofMinutes(13)));
    }

    RefreshReport tickADayLater() {
        weir.clock.advance(WeirUnderTest.INTERVAL);
        weir.upstream.requests().clear();
        return tick();
    }

    CachedTag cached(String name) {
        return weir.tags.find(weir.repository("up/" + name), ONE).found().orElseThrow();
    }

    List<CacheAction.Type> told() {
        return weir.events.stream()
                .filter(CacheAction.class::isInstance)
                .map(event -> ((CacheAction) event).type())
                .toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Digest digestOf(RegistryResponse response) {
        return Digest.parse(String.valueOf(response.headers().get("Docker-Content-Digest")));
    }
}
