package dev.weir.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.weir.deployed.Artifact;
import dev.weir.deployed.DeployedFunctions;
import dev.weir.deployed.DeployedWeir;
import dev.weir.deployed.Misbehaviours;
import dev.weir.deployed.RegistryClient;
import dev.weir.deployed.gateway.GatewayEmulator;
import dev.weir.fake.FakeUpstream;
import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.caffeine.runtime.graal.CacheConstructorsFeature;
import jakarta.inject.Named;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every class and resource that the functions look up by name at run time is registered in what native-image is given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeRegistrationIT {
    private static final Pattern GENERATED_CACHE =
            Pattern.compile("com\\.github\\.benmanes\\.caffeine\\.cache\\.[FPSW][A-Z]+(?= )");

    private NativeSources sources;

    @BeforeAll
    void read() throws IOException {
        assumeTrue(
                Artifact.UNDER_TEST.toString().endsWith("-runner.jar"),
                "weir.artifact is not the runner jar of a native build, so there is nothing to compare: run .ci/native.sh");
        sources = new NativeSources(Artifact.UNDER_TEST);
    }

    private Set<Class<?>> handlers() throws Exception {
        Set<Class<?>> handlers = new LinkedHashSet<>();
        for (String name : sources.names("dev/weir/lambda/\\w+Function\\.class")) {
            Class<?> type = Class.forName(
                    name.replace('/', '.').replace(".class", ""),
                    false,
                    getClass().getClassLoader());
            if (RequestHandler.class.isAssignableFrom(type) && type.isAnnotationPresent(Named.class)) {
                handlers.add(type);
            }
        }
        return handlers;
    }

    @Test
    void everyTypeThatJacksonBindsIsRegistered() throws Exception {
        BoundTypes bound = new BoundTypes();
        Set<Class<?>> handlers = handlers();
        assertThat(handlers).hasSize(6);
        handlers.forEach(bound::ofHandler);
        bound.addWritten(FunctionError.class);
        System.out.println(
                "types that Jackson binds at run time: " + bound.found().size());
        bound.found().forEach(type -> System.out.println("  " + type.getName()));
        assertThat(bound.found()).isNotEmpty().allMatch(sources::isBindable);
    }

    /** The SDK makes its own interceptors without reflection; those that such a file names would have to be registered. */
    @Test
    void theSdkLoadsNoInterceptorByName() throws IOException {
        assertThat(sources.names("software/amazon/awssdk/.*execution\\.interceptors"))
                .as("files of classes that the SDK makes by name")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "software.amazon.awssdk.http.SdkHttpService",
                "jakarta.json.spi.JsonProvider",
                "org.jboss.logmanager.LogContextInitializer",
                "org.eclipse.microprofile.config.spi.ConfigProviderResolver",
            })
    void everyServiceThatIsLoadedByNameIsRegistered(String service) throws IOException {
        List<String> providers = sources.lines("META-INF/services/" + service);
        System.out.println("service " + service + ": " + providers);
        assertThat(sources.isResource("META-INF/services/" + service)).isTrue();
        assertThat(providers).isNotEmpty().allMatch(sources::isConstructible);
    }

    @Test
    void publicSuffixListIsInTheImage() throws IOException {
        Set<String> lists = sources.names("okhttp3/internal/publicsuffix/.*\\.(list|gz)");
        assertThat(lists).isNotEmpty().allMatch(sources::isResource);
    }

    /** Random numbers made at build time would be the same in every process, so native-image rejects them. */
    @Test
    void noClassOfBcryptKeepsRandomNumbersFromItsStaticState() throws Exception {
        Set<String> classes = sources.names("at/favre/lib/.*\\.class");
        assertThat(classes).isNotEmpty();
        for (String name : classes) {
            Class<?> type = Class.forName(
                    name.replace('/', '.').replace(".class", ""),
                    false,
                    getClass().getClassLoader());
            for (Field field : type.getDeclaredFields()) {
                assertThat(Modifier.isStatic(field.getModifiers()) && Random.class.isAssignableFrom(field.getType()))
                        .as(field.toString())
                        .isFalse();
            }
        }
    }

    /** Caffeine looks its generated classes up by a name that it derives from the features of a cache. */
    @Test
    void everyCacheThatFunctionsMakeIsRegistered(@TempDir Path logs) throws Exception {
        try (FakeUpstream upstream = new FakeUpstream();
                DeployedWeir weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort());
                DeployedFunctions functions = weir.functionsWith(
                        Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + logs + "/%p.loaded"), logs);
                GatewayEmulator gateway = new GatewayEmulator(weir.template, 0, functions, Duration.ofSeconds(29))) {
            upstream.misbehave(Misbehaviours.requiring("puller", "upstream-token"));
            upstream.image("app", "1", new byte[100]);
            new RegistryClient(gateway).manifest("private/app", "1");
            byte[] tick = Files.readAllBytes(Path.of("events", "refresh-tick.json"));
            assertThat(functions.invoke("RefreshFunction", tick).error()).isEmpty();
        }
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".loaded")).collect(Collectors.toList())) {
                Matcher classes = GENERATED_CACHE.matcher(Files.readString(file));
                while (classes.find()) {
                    used.add(classes.group());
                }
            }
        }
        System.out.println("generated classes of Caffeine that functions load: " + used);
        Set<String> superclasses = new TreeSet<>();
        for (String name : used) {
            superclasses.add(Class.forName(name).getSuperclass().getName());
        }
        Set<String> registered = new TreeSet<>(List.of(CacheConstructorsFeature.typesNeedingConstructorsRegistered()));
        registered.addAll(sources.registered());
        assertThat(used).isNotEmpty().allMatch(name -> registered.contains(name) || superclasses.contains(name));
    }

    @Test
    void compilerIsToldOfTheFeatureThatRegistersCaches() throws IOException {
        Path arguments = Artifact.UNDER_TEST.resolveSibling("native-image.arguments");
        assumeTrue(
                Files.exists(arguments),
                "the native build did not leave its arguments: the stand-in of .ci/native does");
        assertThat(Files.readAllLines(arguments))
                .anyMatch(argument -> argument.startsWith("--features=")
                        && argument.contains(CacheConstructorsFeature.class.getName()));
    }
}
