package dev.weir.bench;

import dev.weir.deployed.Artifact;
import dev.weir.deployed.DeployedWeir;
import dev.weir.deployed.RegistryClient;
import dev.weir.deployed.aws.CallLog;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * {@code ./mvnw -Pbench verify}: what one pull of a multi-arch image of ten layers of 10 MiB asks of AWS, cold and hot, and what one
 * tick does for a tag that did not move. Counts, no verdict; README multiplies them by prices.
 */
class PullCostBench {
    private static final List<String> FUNCTIONS = List.of("RegistryFunction", "FillFunction", "RefreshFunction");
    private static final int LAYERS = 10;
    private static final int LAYER_BYTES = 10 * 1024 * 1024;

    private final Random random = new Random(1);

    @Test
    void table() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                DeployedWeir weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort()).loggingCalls()) {
            RegistryClient client = new RegistryClient(weir.gateway);
            byte[] small = new byte[100];
            pull(client, "warm", image(upstream, "warm", new byte[][] {small}), List.of(Digest.of(small)));
            byte[][] layers = new byte[LAYERS][LAYER_BYTES];
            for (byte[] layer : layers) {
                random.nextBytes(layer);
            }
            Digest child = image(upstream, "ten", layers);
            List<Digest> blobs = List.of(layers).stream().map(Digest::of).toList();
            Map<String, Integer> before = counts(weir);
            pull(client, "ten", child, blobs);
            Thread.sleep(Duration.ofSeconds(3).toMillis());
            before = print("cold", weir, before);
            pull(client, "ten", child, blobs);
            before = print("hot", weir, before);
            weir.makeDue("up/ten", "1");
            weir.functions.invoke("RefreshFunction", Files.readAllBytes(Path.of("events", "refresh-tick.json")));
            print("tick", weir, before);
        }
    }

    private static Digest image(FakeUpstream upstream, String name, byte[][] layers) {
        Digest child = upstream.image(name, "amd64", layers);
        upstream.manifest(
                name,
                "1",
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"size\":1,\"digest\":\"" + child
                        + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}");
        return child;
    }

    /** As docker does: a ping that is refused, HEAD and GET of the index, GET of the image, then configuration and layers. */
    private static void pull(RegistryClient client, String name, Digest child, List<Digest> layers) throws Exception {
        client.send(client.request("/v2/"));
        client.send(client.asAlice("/v2/up/" + name + "/manifests/1").method("HEAD", BodyPublishers.noBody()));
        client.send(client.asAlice("/v2/up/" + name + "/manifests/1"));
        client.manifest("up/" + name, child.toString());
        client.blob(
                "up/" + name,
                Digest.of(("{\"of\":\"" + name + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        for (Digest layer : layers) {
            client.blob("up/" + name, layer);
        }
    }

    private static Map<String, Integer> counts(DeployedWeir weir) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (String function : FUNCTIONS) {
            String name = function.replace("Function", "").toLowerCase(Locale.ROOT);
            counts.put(name + " invocations", weir.functions.invocations(function));
            Path log = weir.functions.log(function);
            if (Files.exists(log)) {
                Files.readAllLines(log).stream()
                        .filter(line -> line.startsWith(CallLog.MARK))
                        .map(line -> name + " "
                                + line.substring(CallLog.MARK.length()).replaceAll(" [^ ]+$", ""))
                        .forEach(call -> counts.merge(call, 1, Integer::sum));
            }
        }
        return counts;
    }

    private static Map<String, Integer> print(String what, DeployedWeir weir, Map<String, Integer> before)
            throws IOException {
        Map<String, Integer> after = counts(weir);
        after.forEach((call, count) -> {
            int more = count - before.getOrDefault(call, 0);
            if (more > 0) {
                System.out.printf(Locale.ROOT, "cost of a pull: %-5s %4d  %s%n", what, more, call);
            }
        });
        return after;
    }
}
