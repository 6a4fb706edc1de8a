package dev.weir.simulation;

import dev.weir.oci.Digest;
import dev.weir.template.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One run of the simulation: nodes pull an image of ten layers that nobody has pulled before, while others pull what is cached. A
 * quarter of the nodes runs docker, the others containerd.
 */
final class ColdPulls {
    /** Nine layers come in within 2 to 18 seconds; one takes a minute, and so three waits. */
    private static final List<Duration> LAYERS = IntStream.rangeClosed(1, 10)
            .mapToObj(number -> Duration.ofSeconds(number == 4 ? 60 : 2 * number))
            .toList();

    private final Template template;
    private final Path folder;
    private final UnaryOperator<String> takenOver;

    ColdPulls(Template template, Path folder) {
        this(template, folder, UnaryOperator.identity());
    }

    /** @param takenOver the function that really answers in place of the template's, by their logical ids */
    ColdPulls(Template template, Path folder, UnaryOperator<String> takenOver) {
        this.template = template;
        this.folder = folder;
        this.takenOver = takenOver;
    }

    /**
     * What came out.
     *
     * @param atTheFirstPull nodes whose first pull brought the image
     * @param slowest the longest that a node took until it had the image
     * @param readUnits of the busiest partition key in its busiest second
     */
    record Result(
            int nodes,
            int atTheFirstPull,
            Duration slowest,
            int hits,
            int harmedHits,
            Duration slowestHit,
            int mostRegistry,
            int mostWaiting,
            int throttledWaiting,
            int mostFills,
            int requestedFills,
            int givenUpFills,
            double readUnits) {}

    /** @param within the time in which the nodes begin, evenly */
    Result of(int count, Duration within) {
        try (VirtualTime time = new VirtualTime();
                ModelledStack stack = new ModelledStack(time, template, folder, takenOver)) {
            List<Digest> cached = stack.upstream.image("hot", List.of());
            List<Digest> blobs = stack.upstream.image("new", LAYERS);
            Node warm = new Node(time, stack, Node.Client.CONTAINERD, "hot", cached);
            time.start(Duration.ZERO, warm::run);
            time.runToTheEnd();
            List<Node> nodes = new ArrayList<>();
            List<Node> done = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Node node =
                        new Node(time, stack, i % 4 == 0 ? Node.Client.DOCKER : Node.Client.CONTAINERD, "new", blobs);
                nodes.add(node);
                time.start(within.multipliedBy(i).dividedBy(count), () -> {
                    node.run();
                    done.add(node);
                });
            }
            Hits hits = new Hits(time, stack, "hot", cached);
            time.start(Duration.ZERO, () -> hits.run(() -> done.size() == count));
            time.runToTheEnd();
            return result(nodes, hits, stack);
        }
    }

    private static Result result(List<Node> nodes, Hits hits, ModelledStack stack) {
        return new Result(
                nodes.size(),
                (int) nodes.stream().filter(node -> node.pulls() == 1).count(),
                nodes.stream().map(Node::took).max(Comparator.naturalOrder()).orElse(Duration.ZERO),
                hits.answered(),
                hits.harmed(),
                hits.slowest(),
                stack.executions("RegistryFunction").most(),
                stack.executions("WaitFunction").most(),
                stack.executions("WaitFunction").throttled(),
                stack.executions("FillFunction").most(),
                stack.fills.requests(),
                stack.fills.givenUp(),
                stack.table.most());
    }
}
