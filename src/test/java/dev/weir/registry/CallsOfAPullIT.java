package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.assembly.Assembly;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.fake.RecordingTable;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How many calls of the table a pull waits for, one after another: each is a few milliseconds of a client's time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsOfAPullIT {
    private final WeirUnderTest weir = new WeirUnderTest();
    private final List<CacheEvent> events = new CopyOnWriteArrayList<>();
    private RecordingTable table = new RecordingTable(weir.table);
    private RegistryHandler handler = handler();
    private String name = "";
    private Digest layer = Digest.of(new byte[0]);

    private RegistryHandler handler() {
        table = new RecordingTable(weir.table);
        Assembly assembly = weir.assembly(weir.clock, 1024 * 1024, table, events::addAll);
        // As a function does when it starts.
        assembly.policies().current();
        table.forget();
        return assembly.registry();
    }

    @BeforeEach
    void aProcessThatKnowsNothing() {
        weir.upstreamIsWell();
        events.clear();
        name = "calls" + System.nanoTime();
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        layer = Digest.of(bytes);
        weir.upstream.image(name, "1", bytes);
        weir.upstream.image(name, "2", bytes, new byte[] {2});
        handler = handler();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private int get(String rest) {
        return WeirUnderTest.get(handler, "/v2/up/" + name + rest).status();
    }

    /** All but the note of who pulled, which nobody waits for. */
    private List<String> callsWaitedForBeside() {
        return table.callsBeside().stream()
                .filter(call -> !call.contains(" W#"))
                .toList();
    }

    private void assertFiveCallsInARow() {
        List<String> calls = table.callsInARow();
        assertThat(calls).hasSize(5);
        assertThat(calls.get(0)).startsWith("find R#up/" + name + " T#");
        assertThat(calls.get(1)).startsWith("put L#manifest");
        assertThat(calls.get(2)).startsWith("update P#");
        assertThat(calls.get(3)).startsWith("transact");
        assertThat(calls.get(4)).startsWith("put L#manifest");
    }

    @Test
    void aColdManifestOfANewRepositoryIsFiveCallsInARow() {
        assertThat(get("/manifests/1")).isEqualTo(200);
        assertFiveCallsInARow();
        assertThat(callsWaitedForBeside())
                .hasSize(3)
                .anyMatch(call -> call.startsWith("query U#"))
                .anyMatch(call -> call.startsWith("find CATALOG"))
                .anyMatch(call -> call.equals("query TEMPLATES"));
        assertThat(events).hasAtLeastOneElementOfType(BlobFillRequest.class);
        assertThat(events).filteredOn(event -> event instanceof CacheAction).hasSize(1);
        assertThat(weir.links.repositories(java.util.Optional.empty(), 1000))
                .anyMatch(repository -> repository.value().equals("up/" + name));
    }

    @Test
    void aColdManifestOfAKnownRepositoryIsFiveCallsInARow() {
        get("/manifests/1");
        table.forget();
        assertThat(get("/manifests/2")).isEqualTo(200);
        assertFiveCallsInARow();
    }

    @Test
    void aTagOfAManifestThatIsLinkedAlreadyIsPointedByItself() {
        Digest digest = weir.upstream.image(name, "3", new byte[] {3});
        assertThat(get("/manifests/" + digest)).isEqualTo(200);
        assertThat(get("/manifests/3")).isEqualTo(200);
        assertThat(get("/manifests/3")).isEqualTo(200);
        assertThat(weir.upstream.count("GET", "/manifests/3")).isOne();
    }

    @Test
    void aHotTagIsOneCall() {
        get("/manifests/1");
        table.forget();
        assertThat(get("/manifests/1")).isEqualTo(200);
        assertThat(table.callsInARow()).hasSize(1);
        assertThat(callsWaitedForBeside()).isEmpty();
    }

    @Test
    void aHotBlobIsOneCall() {
        get("/manifests/1");
        assertThat(get("/blobs/" + layer)).isEqualTo(307);
        table.forget();
        assertThat(get("/blobs/" + layer)).isEqualTo(307);
        assertThat(table.callsInARow()).hasSize(1);
    }
}
