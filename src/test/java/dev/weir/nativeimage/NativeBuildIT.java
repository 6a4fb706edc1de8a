package dev.weir.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.deployed.Artifact;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What native-image is given compiles, as far as its bytecode tells. Each exception is a row with its reason. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeBuildIT {
    /** Packages of annotations: the JVM and native-image leave out an annotation whose class is missing. */
    private static final Set<String> ANNOTATIONS = Set.of("aQute/bnd/annotation/", "org/osgi/annotation/");

    /** Class, and what its static initialiser seems to make or initialise → why that does no harm. */
    private static final Map<String, String> HARMLESS_STATIC_STATE = Map.of(
            "io/quarkus/dev/console/QuarkusConsole java/lang/Thread",
            "the console of dev mode; nothing in the image uses it",
            "io/quarkus/runner/ApplicationImpl io/smallrye/common/net/HostName",
            "only the report of a log handler that failed asks for the host's name",
            "io/quarkus/runner/ApplicationImpl io/smallrye/common/os/Process",
            "only the report of a log handler that failed asks for the process",
            "kotlin/uuid/SecureRandomHolder java/security/SecureRandom",
            "OkHttp makes no UUID of Kotlin",
            "org/jboss/logmanager/LogContext$LazyHolder io/smallrye/common/ref/References$ReaperThread",
            "the reference is made without a reaper");

    /** Resource → why the image does without it. */
    private static final Map<String, String> NOT_READ_AT_RUN_TIME = Map.of(
            "META-INF/services/io.quarkus.arc.ComponentsProvider", "read at build time, by the static initialiser",
            "META-INF/services/io.quarkus.runtime.logging.LogFilterFactory", "no log filter is configured",
            "META-INF/services/io.smallrye.config.ConfigSourceFactory", "Quarkus generates the list of sources",
            "META-INF/services/io.smallrye.config.SmallRyeConfigFactory", "Quarkus sets the factory itself",
            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider", "read at build time, by the static initialiser",
            "META-INF/template-html-builder.css", "for the error pages of dev mode",
            "application.properties", "Quarkus generates a source of its values",
            "org/jboss/threads/Version.properties", "read at build time, by the static initialiser",
            "software/amazon/awssdk/core/util/mime.types",
                    "for the upload of a file, and Weir uploads streams and bytes");

    /** Constants of post-quantum signatures: of BouncyCastle Weir uses one hash. */
    private static final String POST_QUANTUM = "org/bouncycastle/pqc/";

    private NativeSources sources;
    private ScannedClasses classes;

    @BeforeAll
    void read() throws IOException {
        assumeTrue(
                Artifact.UNDER_TEST.toString().endsWith("-runner.jar"),
                "weir.artifact is not the runner jar of a native build, so there is nothing to scan: run .ci/native.sh");
        sources = new NativeSources(Artifact.UNDER_TEST);
        classes = new ScannedClasses(sources);
    }

    /** A registered class is compiled with all its methods, and a reference that can't be resolved ends the build. */
    @Test
    void everyClassRegisteredForReflectionLinks() {
        Set<String> unresolved = new TreeSet<>();
        for (String name : sources.registered()) {
            classes.missingFor(name.replace('.', '/')).stream()
                    .filter(missing -> ANNOTATIONS.stream().noneMatch(missing::startsWith))
                    .forEach(missing -> unresolved.add(name + " refers to " + missing));
        }
        System.out.println("registered classes: " + sources.registered().size() + ", of which the jars hold "
                + sources.registered().stream()
                        .filter(name -> classes.find(name.replace('.', '/')).isPresent())
                        .count());
        assertThat(sources.registered()).isNotEmpty();
        assertThat(unresolved).isEmpty();
    }

    @Test
    void noStaticStateHoldsWhatMayNotBeInTheImage() throws IOException {
        Set<String> runTime =
                RunTimeInitialised.of(sources, Artifact.UNDER_TEST.resolveSibling("native-image.arguments"));
        Set<String> harmful = new TreeSet<>();
        int initialisers = 0;
        for (ScannedClass type : classes.all()) {
            if (type.methods().containsKey(ScannedClass.STATIC_INITIALISER) && !runTime.contains(type.name())) {
                initialisers++;
                StaticInitialiser.problems(classes, runTime, type.name()).forEach((about, problem) -> {
                    if (!HARMLESS_STATIC_STATE.containsKey(type.name() + " " + about)) {
                        harmful.add(type.name() + " " + problem);
                    }
                });
            }
        }
        System.out.println("static initialisers: " + initialisers + ", left to run time: " + runTime.size());
        assertThat(runTime).isNotEmpty();
        assertThat(harmful).isEmpty();
    }

    /** Read by name: some class holds the name as a constant, or asks for the providers of the service. */
    @Test
    void everyResourceThatIsReadByNameIsInTheImage() throws IOException {
        Set<String> resources = sources.names("(?!.*(\\.class|/|MANIFEST.MF)$).*");
        Set<String> missing = new TreeSet<>();
        for (ScannedClass type : classes.all()) {
            String folder = type.name().substring(0, type.name().lastIndexOf('/') + 1);
            Stream.concat(
                            type.strings().stream()
                                    .flatMap(text -> Stream.of(text.replaceFirst("^/", ""), folder + text)),
                            type.services().stream().map(service -> "META-INF/services/" + service))
                    .filter(name -> resources.contains(name) && !name.startsWith(POST_QUANTUM))
                    .filter(name -> !sources.isResource(name) && !NOT_READ_AT_RUN_TIME.containsKey(name))
                    .forEach(name -> missing.add(name + ", which " + type.name() + " names"));
        }
        System.out.println("resources in the jars: " + resources.size());
        assertThat(resources).isNotEmpty();
        assertThat(missing).isEmpty();
    }
}
