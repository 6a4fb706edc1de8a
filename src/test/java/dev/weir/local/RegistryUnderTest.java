package dev.weir.local;

import dev.weir.fake.FakeUpstream;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.ecr.EcrClient;

/** A local registry as it is started, without rules, its admin API behind a real HTTP server; and one upstream. */
final class RegistryUnderTest implements AutoCloseable {
    final FakeUpstream upstream = new FakeUpstream();
    final LocalRegistry registry;
    final AdminClient admin;
    final EcrClient ecr;

    RegistryUnderTest(Path folder) {
        this(folder, upstream -> Map.of());
    }

    /** @param more settings, given the upstream */
    RegistryUnderTest(Path folder, Function<FakeUpstream, Map<String, String>> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "WEIR_DATA", folder.resolve("data").toString(),
                "WEIR_RULES", rules(folder),
                "WEIR_INSECURE_UPSTREAMS", upstream.hostAndPort(),
                "DOCKER_CONFIG", folder.toString()));
        environment.putAll(more.apply(upstream));
        registry = new LocalRegistry(LocalSettings.of(environment), environment);
        admin = new AdminClient(registry.control());
        ecr = admin.ecr("weir", "weir-local-secret");
    }

    private static String rules(Path folder) {
        try {
            return Files.writeString(folder.resolve("rules.json"), "{\"pullThroughCacheRules\":[]}")
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a rule names as its upstream. */
    String url() {
        return "http://" + upstream.hostAndPort();
    }

    RegistryResponse get(String path) {
        return get(path, Map.of());
    }

    RegistryResponse get(String path, Map<String, List<String>> query) {
        return registry.answer(new RegistryRequest("GET", path, query, Map.of(), "request-1"));
    }

    @Override
    public void close() {
        ecr.close();
        admin.close();
        registry.close();
        upstream.close();
    }
}
