package dev.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.deployed.Artifact;
import dev.weir.deployed.DeployedWeir;
import dev.weir.deployed.FunctionProcess;
import dev.weir.fake.FakeUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/**
 * {@code ./mvnw -Pbench verify}: how long the registry function takes from the start of its process to the first answer, a
 * cached manifest, and for the answers that follow. It prints figures and passes no verdict.
 *
 * <p>Everything is on this machine: the emulators beside the function, no network, and no SnapStart. Java is this machine's,
 * with the managed runtime's options.
 */
class ColdStartBench {
    /** Not measured: in them the emulators and the Runtime API of this process are compiled. */
    private static final int WARM_UP = 10;

    private static final int STARTS = 20;
    private static final int HOT_REQUESTS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void table() throws Exception {
        System.out.println("cold start: Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, " + STARTS + " starts, " + HOT_REQUESTS
                + " hot requests");
        System.out.println(
                "cold start: artifact  zip KiB  first answer ms: median  worst  hot ms: median    p99  RSS MiB");
        measure(Artifact.runtimeOf(Artifact.UNDER_TEST), Artifact.UNDER_TEST);
        Optional<Path> compiled = compiled();
        if (compiled.isPresent()) {
            measure("native", compiled.get());
        } else {
            System.out.println(
                    "cold start: native    not measured: target/ holds no compiled executable; where a native-image is"
                            + " installed, `./mvnw package -Dnative` leaves one for the next run");
        }
    }

    /** The executable of a native build; the script that the stand-in of .ci/native leaves does not count. */
    private static Optional<Path> compiled() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(path -> path.toString().endsWith("-runner"))
                    .filter(ColdStartBench::isElf)
                    .findFirst();
        }
    }

    private static boolean isElf(Path file) {
        try (InputStream bytes = Files.newInputStream(file)) {
            return Arrays.equals(bytes.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'});
        } catch (IOException e) {
            return false;
        }
    }

    private static void measure(String name, Path artifact) throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                DeployedWeir weir = new DeployedWeir(artifact, 0, upstream.hostAndPort())) {
            upstream.image("bench", "1", new byte[1000]);
            byte[] event = event();
            weir.functions.invoke("RegistryFunction", event);
            for (int i = 0; i < WARM_UP; i++) {
                firstAnswer(weir, event);
            }
            double[] starts = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                starts[i] = firstAnswer(weir, event);
            }
            try (FunctionProcess process = weir.functions.start("RegistryFunction")) {
                answer(process, event);
                double[] hot = new double[HOT_REQUESTS];
                for (int i = 0; i < HOT_REQUESTS; i++) {
                    long began = System.nanoTime();
                    answer(process, event);
                    hot[i] = (System.nanoTime() - began) / 1e6;
                }
                print(name, artifact, starts, hot, residentMib(process.pid()));
            }
        }
    }

    /** From the start of a process to its first answer, in milliseconds. */
    private static double firstAnswer(DeployedWeir weir, byte[] event) throws Exception {
        long began = System.nanoTime();
        try (FunctionProcess process = weir.functions.start("RegistryFunction")) {
            answer(process, event);
            return (System.nanoTime() - began) / 1e6;
        }
    }

    private static byte[] event() throws IOException {
        ObjectNode event = (ObjectNode)
                JSON.readTree(Path.of("events", "registry-manifest-by-tag.json").toFile());
        event.put("path", "/up/bench/manifests/1");
        ((ObjectNode) event.path("requestContext")).put("path", "/v2/up/bench/manifests/1");
        return JSON.writeValueAsBytes(event);
    }

    private static void answer(FunctionProcess process, byte[] event) throws IOException {
        JsonNode answer = JSON.readTree(process.invoke(event, PATIENCE).payload());
        if (!answer.at("/headers/Cache-Status").asText().equals("weir; hit")) {
            throw new IllegalStateException("the function did not answer from the cache: " + answer);
        }
    }

    private static void print(String name, Path artifact, double[] starts, double[] hot, long residentMib)
            throws IOException {
        Arrays.sort(starts);
        Arrays.sort(hot);
        System.out.printf(
                Locale.ROOT,
                "cold start: %-8s %8d %24.0f %6.0f %15.2f %6.2f %8d%n",
                name,
                zippedBytes(artifact) / 1024,
                starts[STARTS / 2],
                starts[STARTS - 1],
                hot[HOT_REQUESTS / 2],
                hot[HOT_REQUESTS * 99 / 100],
                residentMib);
    }

    private static long zippedBytes(Path artifact) throws IOException {
        if (artifact.toString().endsWith(".zip")) {
            return Files.size(artifact);
        }
        long[] size = new long[1];
        try (OutputStream zipped = new DeflaterOutputStream(new OutputStream() {
            @Override
            public void write(int one) {
                size[0]++;
            }
        })) {
            Files.copy(artifact, zipped);
        }
        return size[0];
    }

    private static long residentMib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
