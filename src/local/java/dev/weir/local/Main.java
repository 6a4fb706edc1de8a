package dev.weir.local;

import dev.weir.rules.PullThroughCacheRule;
import dev.weir.store.StoreException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/**
 * {@code ./mvnw -Plocal}, with {@code -Dnative} as an executable: the registry on {@code http://localhost:5000}. Settings by
 * environment: {@link LocalSettings}.
 *
 * <p>Quarkus packs this program and is not started by it: one HTTP server is all that it needs.
 *
 * <p>Errors: a start that fails prints one line and ends the process with exit code 2.
 */
@QuarkusMain
public final class Main {
    private static final int NOT_STARTED = 2;

    private Main() {}

    public static void main(String... args) {
        LocalLog.start();
        try {
            LocalSettings settings = LocalSettings.of(System.getenv());
            LocalRegistry registry = new LocalRegistry(settings, System.getenv());
            LocalServer server = LocalServer.start(
                    settings.access().address(), settings.port(), HttpFront.of(registry, settings.hosts()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.close();
                registry.close();
            }));
            greet(settings, registry.rules());
        } catch (IllegalArgumentException | IllegalStateException | StoreException e) {
            System.err.println("weir: " + e.getMessage());
            System.exit(NOT_STARTED);
        }
    }

    private static void greet(LocalSettings settings, List<PullThroughCacheRule> rules) {
        System.out.println("Weir listens on http://localhost:" + settings.port() + ", data in " + settings.data());
        rules.forEach(rule -> System.out.println("  " + rule.repositoryPrefix() + " -> " + rule.upstreamUrl()));
        rules.stream()
                .filter(rule -> rule.upstreamUrl().isDockerHub())
                .findFirst()
                .ifPresent(rule -> System.out.println("Try: docker pull localhost:" + settings.port() + "/"
                        + rule.repositoryPrefix() + "/library/alpine"));
        if (settings.controlKeys().equals(LocalSettings.KEYS_OF_A_LAPTOP)) {
            System.out.println("Manage it: AWS_ACCESS_KEY_ID=weir AWS_SECRET_ACCESS_KEY=weir-local-secret"
                    + " AWS_DEFAULT_REGION=us-east-1 aws ecr --endpoint-url http://localhost:" + settings.port()
                    + "/ecr describe-registry");
        }
    }
}
