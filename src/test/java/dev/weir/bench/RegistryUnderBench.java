package dev.weir.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A pull-through cache that runs in a process of its own on an empty folder, as its users start it. */
final class RegistryUnderBench implements AutoCloseable {
    private static final long START_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /**
     * How a registry is started.
     *
     * @param prefix of the cached names, {@code up/} or nothing
     */
    record Kind(String name, String prefix, Starter starter) {}

    /** Makes the command that starts a registry on a port, before an upstream, with its data in a folder. */
    @FunctionalInterface
    interface Starter {
        ProcessBuilder command(int port, String upstream, Path folder) throws IOException;
    }

    final Kind kind;
    final int port;
    final double startSeconds;
    private final Process process;

    private RegistryUnderBench(Kind kind, int port, double startSeconds, Process process) {
        this.kind = kind;
        this.port = port;
        this.startSeconds = startSeconds;
        this.process = process;
    }

    /** Those that are here: Weir, and its executable, distribution and zot where the environment says where they are. */
    static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        kinds.add(new Kind("Weir", "up/", RegistryUnderBench::weir));
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("WEIR_BENCH_BEFORE")) {
            kinds.add(0, new Kind("Weir before", "up/", (port, upstream, folder) -> {
                return weir(List.of("-cp", environment.getOrDefault("WEIR_BENCH_BEFORE", "")), port, upstream, folder);
            }));
        }
        if (environment.containsKey("WEIR_BENCH_NATIVE")) {
            kinds.add(new Kind("Weir, native", "up/", (port, upstream, folder) -> {
                return weirBy(List.of(environment.getOrDefault("WEIR_BENCH_NATIVE", "")), port, upstream, folder);
            }));
        }
        if (environment.containsKey("WEIR_BENCH_DISTRIBUTION")) {
            kinds.add(new Kind("distribution", "", RegistryUnderBench::distribution));
        }
        if (environment.containsKey("WEIR_BENCH_ZOT")) {
            kinds.add(new Kind("zot", "", RegistryUnderBench::zot));
        }
        return kinds;
    }

    /** What {@code ./mvnw -Plocal package} built, with its archive of classes; without that build, this one's classes. */
    private static ProcessBuilder weir(int port, String upstream, Path folder) throws IOException {
        String jar = System.getenv().getOrDefault("WEIR_BENCH_LOCAL", "");
        return jar.isEmpty()
                ? weir(List.of("-cp", System.getProperty("java.class.path")), port, upstream, folder)
                : weir(
                        List.of("-XX:SharedArchiveFile=" + Path.of(jar).resolveSibling("classes.jsa"), "-cp", jar),
                        port,
                        upstream,
                        folder);
    }

    /** With the options of {@code ./mvnw -Plocal}. */
    private static ProcessBuilder weir(List<String> classes, int port, String upstream, Path folder)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@src/local/jvm.options");
        command.addAll(classes);
        command.add("dev.weir.local.Main");
        return weirBy(command, port, upstream, folder);
    }

    private static ProcessBuilder weirBy(List<String> command, int port, String upstream, Path folder)
            throws IOException {
        Path rules = Files.writeString(
                folder.resolve("rules.json"),
                "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"up\",\"upstreamRegistryUrl\":\"http://"
                        + upstream + "\"}]}");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "WEIR_PORT",
                        Integer.toString(port),
                        "WEIR_DATA",
                        folder.resolve("data").toString(),
                        "WEIR_RULES",
                        rules.toString(),
                        "WEIR_INSECURE_UPSTREAMS",
                        upstream));
        return builder;
    }

    private static ProcessBuilder distribution(int port, String upstream, Path folder) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("config.yml"),
                "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: " + folder.resolve("data")
                        + "}}\nhttp: {addr: '127.0.0.1:" + port + "'}\nproxy: {remoteurl: 'http://" + upstream
                        + "'}\n");
        return new ProcessBuilder(
                System.getenv().getOrDefault("WEIR_BENCH_DISTRIBUTION", ""), "serve", configuration.toString());
    }

    private static ProcessBuilder zot(int port, String upstream, Path folder) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("config.json"),
                "{\"storage\":{\"rootDirectory\":\"" + folder.resolve("data")
                        + "\",\"gc\":false},\"http\":{\"address\":\"127.0.0.1\",\"port\":\"" + port
                        + "\"},\"log\":{\"level\":\"error\"},\"extensions\":{\"sync\":{\"enable\":true,\"registries\":[{\"urls\":"
                        + "[\"http://" + upstream
                        + "\"],\"onDemand\":true,\"tlsVerify\":false,\"content\":[{\"prefix\":\"**\"}]}]}}}");
        return new ProcessBuilder(
                System.getenv().getOrDefault("WEIR_BENCH_ZOT", ""), "serve", configuration.toString());
    }

    static RegistryUnderBench start(Kind kind, String upstream, Path folder) throws IOException, InterruptedException {
        int port = freePort();
        ProcessBuilder command = kind.starter().command(port, upstream, folder);
        long began = System.nanoTime();
        Process process = command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() - began > START_PATIENCE_NANOS) {
                process.destroyForcibly();
                throw new IOException(kind.name() + " did not start: " + Files.readString(folder.resolve("log")));
            }
            Thread.sleep(10);
        }
        return new RegistryUnderBench(kind, port, (System.nanoTime() - began) / 1e9, process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (BenchClient client = new BenchClient(port)) {
            return client.get("/v2/").status() < 500;
        } catch (IOException e) {
            return false;
        }
    }

    String path(String name, String rest) {
        return "/v2/" + kind.prefix() + name + rest;
    }

    /** {@code VmRSS} or {@code VmHWM}, in MiB. */
    long memoryMib(String which) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(which + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    /** User and system time so far; a tick is 10 ms on Linux. Source: proc(5), {@code stat}, fields 14 and 15. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
