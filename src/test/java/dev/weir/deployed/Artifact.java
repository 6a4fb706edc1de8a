package dev.weir.deployed;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * What is deployed, as a command.
 *
 * <p>A zip with a {@code bootstrap} holds the executable of a native build; any other zip runs on AWS's own Java runtime client, as
 * in the managed runtime. A jar (that of a native build's sources) holds Quarkus' poll loop, as the native executable does. Anything
 * else is that executable.
 */
public final class Artifact {
    /** What the system property {@code weir.artifact} names; the zip of this build if it is not set. */
    public static final Path UNDER_TEST = Path.of(System.getProperty("weir.artifact", "target/function.zip"));

    private enum Kind {
        ZIP_OF_JARS,
        ZIP_OF_EXECUTABLE,
        RUNNER_JAR,
        EXECUTABLE
    }

    /** What Lambda's provided runtimes start. */
    private static final String BOOTSTRAP = "bootstrap";

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /**
     * The runtime client unpacks its library into one file of /tmp each time it starts. In AWS each process has a /tmp of its
     * own; here the next one would write over what the last one has mapped (SIGBUS), so all get one that is there already.
     */
    private static final String JNI = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    private final Path path;
    private final Kind kind;
    private final Path unpacked;
    private final Path library;

    /** @param folder where a zip is unpacked, into {@code task} */
    public Artifact(Path path, Path folder) throws IOException {
        this.path = path;
        this.kind = kindOf(path);
        this.unpacked = folder.resolve("task");
        this.library = folder.resolve("libaws-lambda-jni.so");
        if (kind == Kind.ZIP_OF_JARS || kind == Kind.ZIP_OF_EXECUTABLE) {
            unpack();
        }
        if (kind == Kind.ZIP_OF_JARS) {
            unpackLibrary();
        }
        if (kind == Kind.ZIP_OF_EXECUTABLE) {
            Files.setPosixFilePermissions(unpacked.resolve(BOOTSTRAP), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static Kind kindOf(Path path) throws IOException {
        if (path.toString().endsWith(".jar")) {
            return Kind.RUNNER_JAR;
        }
        if (!path.toString().endsWith(".zip")) {
            return Kind.EXECUTABLE;
        }
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return zip.getEntry(BOOTSTRAP) == null ? Kind.ZIP_OF_JARS : Kind.ZIP_OF_EXECUTABLE;
        }
    }

    private void unpack() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(path))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = unpacked.resolve(entry.getName()).normalize();
                if (!target.startsWith(unpacked)) {
                    throw new IOException(
                            "entry " + entry.getName() + " of " + path + " leaves the folder it is unpacked to");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
    }

    private void unpackLibrary() throws IOException {
        String name = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
        try (InputStream jni = AWSLambda.class.getResourceAsStream("/jni/libaws-lambda-jni.linux-" + name + ".so")) {
            Files.copy(Objects.requireNonNull(jni, "the runtime client has no library for " + name), library);
        }
    }

    /** The value of template.yaml's parameter Runtime that fits: {@code jvm} or {@code native}. */
    public String runtime() {
        return runtime(kind);
    }

    /** The same, of an artifact that is not started. */
    public static String runtimeOf(Path path) throws IOException {
        return runtime(kindOf(path));
    }

    private static String runtime(Kind kind) {
        return kind == Kind.ZIP_OF_JARS ? "jvm" : "native";
    }

    /**
     * The command by which the runtime starts it.
     *
     * <p>Source: Lambda developer guide, "Customize Java runtime startup behavior": C1 only, unless JAVA_TOOL_OPTIONS says so.
     */
    List<String> command(int memoryMib, String handler, Map<String, String> environment) {
        return switch (kind) {
            case EXECUTABLE -> List.of(path.toAbsolutePath().toString());
            case ZIP_OF_EXECUTABLE -> List.of(unpacked.resolve(BOOTSTRAP).toString());
            case RUNNER_JAR -> java(memoryMib, environment, List.of("-cp", path.toString(), mainClass()));
            case ZIP_OF_JARS ->
                java(
                        memoryMib,
                        environment,
                        List.of("-D" + JNI + "=" + library, "-cp", classPath(), AWSLambda.class.getName(), handler));
        };
    }

    private static List<String> java(int memoryMib, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx" + memoryMib * 3 / 4 + "m", "-XX:+UseSerialGC"));
        if (!environment.getOrDefault("JAVA_TOOL_OPTIONS", "").contains("TieredStopAtLevel")) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(arguments);
        return command;
    }

    private String classPath() {
        return String.join(
                File.pathSeparator,
                unpacked.toString(),
                unpacked.resolve("lib") + "/*",
                jarOf(AWSLambda.class),
                jarOf(PojoSerializer.class));
    }

    private String mainClass() {
        try (JarFile jar = new JarFile(path.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
