package dev.weir.simulation;

import dev.weir.oci.Digest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A node that pulls one image, three blobs at a time, and tries again later when a pull failed, as kubelet does. What it has
 * downloaded it keeps.
 *
 * <p>The client follows nine redirects of a blob. After a 503 containerd, podman and skopeo give the pull up at once; docker asks
 * five times. Any other answer but 200 and 307 ends the pull.
 */
final class Node {
    /** What asks. */
    enum Client {
        CONTAINERD(1),
        DOCKER(5);

        private final int tries;

        Client(int tries) {
            this.tries = tries;
        }
    }

    private static final int DOWNLOADS_AT_A_TIME = 3;
    private static final int REDIRECTS = 9;
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration DOWNLOAD = Duration.ofSeconds(2);
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    private final VirtualTime time;
    private final ModelledStack stack;
    private final Client client;
    private final String repository;
    private final List<Digest> blobs;
    private final Set<Digest> held = new HashSet<>();
    private int pulls;
    private Duration took = Duration.ZERO;

    Node(VirtualTime time, ModelledStack stack, Client client, String repository, List<Digest> blobs) {
        this.time = time;
        this.stack = stack;
        this.client = client;
        this.repository = repository;
        this.blobs = blobs;
    }

    /** Pulls until the image is here. */
    void run() {
        Duration begun = time.sinceTheBegin();
        Duration backOff = FIRST_BACK_OFF;
        while (!pull()) {
            time.sleep(backOff);
            backOff = backOff.multipliedBy(2).compareTo(LONGEST_BACK_OFF) < 0
                    ? backOff.multipliedBy(2)
                    : LONGEST_BACK_OFF;
        }
        took = time.sinceTheBegin().minus(begun);
    }

    private boolean pull() {
        pulls++;
        String manifest = "/v2/up/" + repository + "/manifests/1";
        // Stands for HEAD.
        if (get(manifest).status() != 200) {
            return false;
        }
        if (get(manifest).status() != 200) {
            return false;
        }
        Deque<Digest> wanted = new ArrayDeque<>(blobs);
        wanted.removeAll(held);
        Runnable worker = () -> {
            for (Digest blob = wanted.poll(); blob != null; blob = wanted.poll()) {
                if (download(blob)) {
                    held.add(blob);
                } else {
                    wanted.clear();
                }
            }
        };
        time.sideBySide(Collections.nCopies(DOWNLOADS_AT_A_TIME, worker));
        return held.containsAll(blobs);
    }

    private boolean download(Digest blob) {
        String url = "/v2/up/" + repository + "/blobs/" + blob;
        for (int redirect = 1; redirect <= REDIRECTS; redirect++) {
            ModelledStack.Answer answer = get(url);
            if (answer.status() != 307) {
                return false;
            }
            if (!answer.location().startsWith("/v2/")) {
                time.sleep(DOWNLOAD);
                return true;
            }
            url = answer.location();
        }
        return false;
    }

    private ModelledStack.Answer get(String url) {
        ModelledStack.Answer answer = stack.get(url);
        for (int tried = 1; tried < client.tries && answer.status() == 503; tried++) {
            time.sleep(RETRY.multipliedBy(tried));
            answer = stack.get(url);
        }
        return answer;
    }

    /** How many pulls it took; 1 when none failed. */
    int pulls() {
        return pulls;
    }

    /** From the first request to the last byte. */
    Duration took() {
        return took;
    }
}
