package dev.weir.bench;

import dev.weir.deployed.Artifact;
import dev.weir.deployed.DeployedWeir;
import dev.weir.deployed.RegistryClient;
import dev.weir.deployed.aws.CapacityUnits;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@code ./mvnw -Pbench verify}: what one pull of a multi-arch image of ten layers of 10 MiB asks of AWS, cold and hot, what the
 * check of a tag that did not move costs, and how near 1,000 nodes that pull one tag come to the limits of a DynamoDB partition.
 * Counts, no verdict; infra/COST.md multiplies them by prices.
 */
class PullCostBench {
    private static final int LAYERS = 10;
    private static final int LAYER_BYTES = 10 * 1024 * 1024;
    private static final String REPOSITORY = "up/ten";
    private static final List<String> TAGS = List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");

    private final Random random = new Random(1);

    @Test
    void table() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                DeployedWeir weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort()).recordingCalls()) {
            RegistryClient client = new RegistryClient(weir.gateway);
            byte[] small = new byte[100];
            pull(client, "warm", image(upstream, "warm", new byte[][] {small}), List.of(Digest.of(small)));
            byte[][] layers = new byte[LAYERS][LAYER_BYTES];
            for (byte[] layer : layers) {
                random.nextBytes(layer);
            }
            Digest child = image(upstream, "ten", layers);
            TAGS.forEach(tag -> index(upstream, "ten", tag, child));
            List<Digest> blobs = List.of(layers).stream().map(Digest::of).toList();
            Costs costs = new Costs(weir);
            pull(client, "ten", child, blobs);
            Thread.sleep(Duration.ofSeconds(3).toMillis());
            costs.print("cold pull");
            pull(client, "ten", child, blobs);
            costs.print("hot pull").printLoadOfNodes(REPOSITORY);
            checks(weir, client, costs);
        }
    }

    private static void checks(DeployedWeir weir, RegistryClient client, Costs costs) throws Exception {
        head(client, "ten");
        costs.print("HEAD of a fresh tag").printLoadOfNodes(REPOSITORY);
        weir.makeDue(REPOSITORY, "1");
        head(client, "ten");
        costs.print("HEAD of a stale tag that did not move");
        for (String tag : TAGS) {
            client.manifest(REPOSITORY, tag);
        }
        tick(weir);
        costs.print("first tick of a process");
        tick(weir);
        costs.print("tick, no tag due");
        weir.forgetTicks();
        tick(weir);
        CapacityUnits without = costs.print("tick over a whole day, no tag due").units();
        for (String tag : TAGS) {
            weir.makeDue(REPOSITORY, tag);
        }
        tick(weir);
        costs.print("tick over a whole day, ten tags due that did not move")
                .printEach(TAGS.size(), "check of a tag that did not move", without);
    }

    private static void tick(DeployedWeir weir) throws IOException {
        weir.functions.invoke("RefreshFunction", Files.readAllBytes(Path.of("events", "refresh-tick.json")));
    }

    private static Digest image(FakeUpstream upstream, String name, byte[][] layers) {
        Digest child = upstream.image(name, "amd64", layers);
        index(upstream, name, "1", child);
        return child;
    }

    private static void index(FakeUpstream upstream, String name, String tag, Digest child) {
        upstream.manifest(
                name,
                tag,
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"size\":1,\"digest\":\"" + child
                        + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}");
    }

    private static void head(RegistryClient client, String name) throws Exception {
        client.send(client.asAlice("/v2/up/" + name + "/manifests/1").method("HEAD", BodyPublishers.noBody()));
    }

    /** As docker does: a ping without credentials, HEAD and GET of the index, GET of the image, then configuration and layers. */
    private static void pull(RegistryClient client, String name, Digest child, List<Digest> layers) throws Exception {
        client.send(client.request("/v2/"));
        head(client, name);
        client.send(client.asAlice("/v2/up/" + name + "/manifests/1"));
        client.manifest("up/" + name, child.toString());
        client.blob("up/" + name, Digest.of(("{\"of\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8)));
        for (Digest layer : layers) {
            client.blob("up/" + name, layer);
        }
    }
}
