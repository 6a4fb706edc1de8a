package dev.weir.bench;

import dev.weir.fake.AwsUnderTest;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * {@code ./mvnw -Pbench verify}: a local registry cold and hot, beside distribution and zot where {@code .ci/bench/run.sh} finds
 * them: one upstream, one run, medians of two rounds. It prints figures and passes no verdict.
 */
class RegistryBench {
    private static final int ROUNDS = 2;
    private static final int CONNECTIONS_OF_A_PULL = 3;
    /** A registry that runs on the JVM is compiled while it works. */
    private static final int LATER_IMAGES = 4;

    private static final int CROWD = 50;
    private static final double HOT_SECONDS = 2;

    private final BenchTable table = new BenchTable();

    /** One thing that a client does over its own connection. */
    @FunctionalInterface
    private interface Work {
        void with(BenchClient client) throws IOException;
    }

    @Test
    void table() throws Exception {
        warmUp(RegistryUnderBench.kinds().get(0));
        for (int round = 0; round < ROUNDS; round++) {
            for (RegistryUnderBench.Kind kind : RegistryUnderBench.kinds()) {
                try (BenchUpstream upstream = new BenchUpstream()) {
                    measure(kind, upstream);
                }
            }
        }
        table.print();
    }

    /** Not measured: in it the client and the upstream, which are this JVM, are compiled, or the first registry would wait for that. */
    private static void warmUp(RegistryUnderBench.Kind kind) throws Exception {
        Path folder = Files.createTempDirectory("weir-bench");
        try (BenchUpstream upstream = new BenchUpstream();
                RegistryUnderBench registry = RegistryUnderBench.start(kind, upstream.fake.hostAndPort(), folder)) {
            for (int i = 0; i < LATER_IMAGES; i++) {
                String name = "warm" + i;
                pull(registry, name, upstream.addImage(name, BenchUpstream.LAYER_BYTES));
            }
        } finally {
            AwsUnderTest.remove(folder);
        }
    }

    private void measure(RegistryUnderBench.Kind kind, BenchUpstream upstream) throws Exception {
        Path folder = Files.createTempDirectory("weir-bench");
        try (RegistryUnderBench registry = RegistryUnderBench.start(kind, upstream.fake.hostAndPort(), folder)) {
            table.add(kind, "start to first answer, s", registry.startSeconds);
            Thread.sleep(3000);
            table.add(kind, "idle RSS, MiB", (double) registry.memoryMib("VmRSS"));
            coldImage(registry, upstream);
            laterImage(registry, upstream);
            crowd(registry, upstream);
            hot(registry, upstream);
            coldLayer(registry, upstream);
        } finally {
            AwsUnderTest.remove(folder);
        }
    }

    private void coldImage(RegistryUnderBench registry, BenchUpstream upstream) throws Exception {
        ColdImage first = pull(registry, "image", upstream.layers);
        table.add(registry.kind, "cold image of 10 x 24 MB, s", first.seconds());
        table.add(registry.kind, "  first layer there, s", first.firstLayerSeconds());
        table.add(registry.kind, "  CPU, s", first.cpuSeconds());
        table.add(registry.kind, "  fetches a blob", upstream.fetches("image", upstream.layers));
    }

    private void laterImage(RegistryUnderBench registry, BenchUpstream upstream) throws Exception {
        for (int i = 1; i < LATER_IMAGES; i++) {
            String name = "later" + i;
            pull(registry, name, upstream.addImage(name, BenchUpstream.LAYER_BYTES));
        }
        ColdImage last = pull(registry, "last", upstream.addImage("last", BenchUpstream.LAYER_BYTES));
        table.add(registry.kind, "one more after " + LATER_IMAGES + " such, s", last.seconds());
        table.add(registry.kind, "  first layer there, s ", last.firstLayerSeconds());
        table.add(registry.kind, "  CPU, s  ", last.cpuSeconds());
    }

    private record ColdImage(double seconds, double firstLayerSeconds, double cpuSeconds) {}

    private static ColdImage pull(RegistryUnderBench registry, String name, List<Digest> layers) throws Exception {
        double cpu = registry.cpuSeconds();
        long began = System.nanoTime();
        List<Double> there = new ArrayList<>();
        try (BenchClient client = new BenchClient(registry.port)) {
            client.pull(registry.path(name, "/manifests/1"));
        }
        AtomicInteger next = new AtomicInteger();
        together(CONNECTIONS_OF_A_PULL, registry, client -> {
            for (int i = next.getAndIncrement(); i < layers.size(); i = next.getAndIncrement()) {
                client.pull(registry.path(name, "/blobs/" + layers.get(i)));
                synchronized (there) {
                    there.add((System.nanoTime() - began) / 1e9);
                }
            }
        });
        double seconds = (System.nanoTime() - began) / 1e9;
        return new ColdImage(seconds, there.get(0), registry.cpuSeconds() - cpu);
    }

    private void coldLayer(RegistryUnderBench registry, BenchUpstream upstream) throws Exception {
        double cpu = registry.cpuSeconds();
        try (BenchClient client = new BenchClient(registry.port)) {
            long began = System.nanoTime();
            BenchClient.Answer answer = client.pull(registry.path("large", "/blobs/" + upstream.large));
            double seconds = (System.nanoTime() - began) / 1e9;
            table.add(registry.kind, "cold 1 GiB layer, MB/s", BenchUpstream.LARGE_BYTES / 1e6 / seconds);
            table.add(registry.kind, "  first byte, s", answer.firstByteSeconds());
        }
        table.add(registry.kind, "  CPU, s ", registry.cpuSeconds() - cpu);
        table.add(registry.kind, "  peak RSS, MiB", (double) registry.memoryMib("VmHWM"));
        table.add(registry.kind, "  fetches ", upstream.fetches("large", List.of(upstream.large)));
    }

    private void crowd(RegistryUnderBench registry, BenchUpstream upstream) throws Exception {
        long began = System.nanoTime();
        together(CROWD, registry, client -> {
            client.pull(registry.path("crowd", "/manifests/1"));
            for (Digest layer : upstream.crowdLayers) {
                client.pull(registry.path("crowd", "/blobs/" + layer));
            }
        });
        table.add(registry.kind, "50 clients, cold image of 10 x 1 MB, s", (System.nanoTime() - began) / 1e9);
        table.add(registry.kind, "  fetches a blob ", upstream.fetches("crowd", upstream.crowdLayers));
    }

    private void hot(RegistryUnderBench registry, BenchUpstream upstream) throws Exception {
        String tag = registry.path("hot", "/manifests/1");
        String digest = registry.path("hot", "/manifests/" + upstream.image);
        String blob = registry.path("hot", "/blobs/" + upstream.small);
        try (BenchClient client = new BenchClient(registry.port)) {
            client.pull(tag);
            client.pull(digest);
            client.pull(blob);
        }
        long calls = upstream.fake.requests().size();
        for (int connections : new int[] {1, 8, 64}) {
            table.add(registry.kind, "hot tag, " + connections + " connections, /s", rate(connections, registry, tag));
        }
        table.add(registry.kind, "  upstream calls", (double)
                (upstream.fake.requests().size() - calls));
        table.add(registry.kind, "hot digest, 8 connections, /s", rate(8, registry, digest));
        table.add(registry.kind, "hot blob of 1 MiB, 8 connections, /s", rate(8, registry, blob));
        try (BenchClient client = new BenchClient(registry.port)) {
            String layer = registry.path("image", "/blobs/" + upstream.layers.get(0));
            long began = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                client.pull(layer);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            table.add(
                    registry.kind,
                    "hot blob of 24 MB, one connection, MB/s",
                    10 * BenchUpstream.LAYER_BYTES / 1e6 / seconds);
        }
    }

    private static double rate(int connections, RegistryUnderBench registry, String path) throws Exception {
        AtomicInteger answers = new AtomicInteger();
        long began = System.nanoTime();
        long end = began + (long) (HOT_SECONDS * 1e9);
        together(connections, registry, client -> {
            while (System.nanoTime() < end) {
                client.pull(path);
                answers.incrementAndGet();
            }
        });
        return answers.get() / ((System.nanoTime() - began) / 1e9);
    }

    private static void together(int clients, RegistryUnderBench registry, Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                calls.add(() -> {
                    try (BenchClient client = new BenchClient(registry.port)) {
                        work.with(client);
                    }
                    return 0;
                });
            }
            for (Future<Integer> done : threads.invokeAll(calls)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
