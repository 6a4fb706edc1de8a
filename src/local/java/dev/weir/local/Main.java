package dev.weir.local;

import dev.weir.store.StoreException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** {@code ./mvnw -Plocal}: the registry on {@code http://localhost:5000}. Settings by environment: {@link LocalSettings}. */
@QuarkusMain
public final class Main implements QuarkusApplication {
    private static final int BAD_SETTING = 2;
    private static final AtomicReference<LocalRegistry> REGISTRY = new AtomicReference<>();
    private static final AtomicReference<LocalSettings> SETTINGS = new AtomicReference<>();

    public static void main(String... args) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        try {
            LocalSettings settings = LocalSettings.of(System.getenv());
            SETTINGS.set(settings);
            System.setProperty("quarkus.http.port", Integer.toString(settings.port()));
            REGISTRY.set(new LocalRegistry(settings, System.getenv()));
        } catch (IllegalArgumentException | IllegalStateException | StoreException e) {
            System.err.println("weir: " + e.getMessage());
            System.exit(BAD_SETTING);
        }
        Quarkus.run(Main.class, (exitCode, failure) -> {
            if (failure != null) {
                System.err.println(
                        "weir: did not start on WEIR_PORT " + settings().port() + ": " + failure.getMessage());
            }
            System.exit(failure != null ? 1 : exitCode);
        });
    }

    /** The registry of this process; there before HTTP is. */
    static LocalRegistry registry() {
        return Objects.requireNonNull(REGISTRY.get(), "main starts the registry");
    }

    private static LocalSettings settings() {
        return Objects.requireNonNull(SETTINGS.get(), "main reads the settings");
    }

    @Override
    public int run(String... args) {
        LocalSettings settings = settings();
        System.out.println("Weir listens on http://localhost:" + settings.port() + ", data in " + settings.data());
        settings.rules()
                .rules()
                .forEach(rule -> System.out.println("  " + rule.repositoryPrefix() + " -> " + rule.upstreamUrl()));
        settings.rules().rules().stream()
                .filter(rule -> rule.upstreamUrl().isDockerHub())
                .findFirst()
                .ifPresent(rule -> System.out.println("Try: docker pull localhost:" + settings.port() + "/"
                        + rule.repositoryPrefix() + "/library/alpine"));
        Quarkus.waitForExit();
        registry().close();
        return 0;
    }
}
