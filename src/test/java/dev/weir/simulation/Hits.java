package dev.weir.simulation;

import dev.weir.oci.Digest;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Twenty-five pulls of cached content a second, each of a manifest and a blob, until the end. */
final class Hits {
    private static final Duration PAUSE = Duration.ofMillis(40);

    private final VirtualTime time;
    private final ModelledStack stack;
    private final String repository;
    private final Digest blob;
    private int answered;
    private int harmed;
    private Duration slowest = Duration.ZERO;

    Hits(VirtualTime time, ModelledStack stack, String repository, List<Digest> blobs) {
        this.time = time;
        this.stack = stack;
        this.repository = repository;
        this.blob = blobs.get(0);
    }

    void run(BooleanSupplier isOver) {
        while (!isOver.getAsBoolean()) {
            ask("/v2/up/" + repository + "/manifests/1", 200);
            ask("/v2/up/" + repository + "/blobs/" + blob, 307);
            time.sleep(PAUSE);
        }
    }

    private void ask(String url, int expected) {
        Duration begun = time.sinceTheBegin();
        boolean fine = stack.get(url).status() == expected;
        Duration took = time.sinceTheBegin().minus(begun);
        answered++;
        harmed += fine ? 0 : 1;
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
    }

    int answered() {
        return answered;
    }

    /** How many got another answer than the content. */
    int harmed() {
        return harmed;
    }

    Duration slowest() {
        return slowest;
    }
}
