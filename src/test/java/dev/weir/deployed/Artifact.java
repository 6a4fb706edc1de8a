package dev.weir.deployed;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.weir.deployed.aws.CallLog;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What is deployed, as a command. A zip runs on AWS's own Java runtime client, as in the managed runtime; a jar (that of a
 * native build's sources) holds Quarkus' poll loop, as the native executable does; anything else is that executable.
 */
public final class Artifact {
    /** What the system property {@code weir.artifact} names; the zip of this build if it is not set. */
    public static final Path UNDER_TEST = Path.of(System.getProperty("weir.artifact", "target/function.zip"));

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /**
     * The runtime client unpacks its library into one file of /tmp each time it starts. In AWS each process has a /tmp of its
     * own; here the next one would write over what the last one has mapped (SIGBUS), so all get one that is there already.
     */
    private static final String JNI = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    private final Path path;
    private final Path unpacked;
    private final Path library;
    private final List<String> beside = new ArrayList<>();

    Artifact(Path path, Path folder) throws IOException {
        this.path = path;
        this.unpacked = folder.resolve("task");
        this.library = folder.resolve("libaws-lambda-jni.so");
        if (runtime().equals("jvm")) {
            unpack();
            String name = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
            try (InputStream jni =
                    AWSLambda.class.getResourceAsStream("/jni/libaws-lambda-jni.linux-" + name + ".so")) {
                copy(Objects.requireNonNull(jni, "no library of the runtime client for " + name), library);
            }
        }
    }

    private void unpack() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(path))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = unpacked.resolve(entry.getName()).normalize();
                if (!target.startsWith(unpacked)) {
                    throw new IOException("entry leaves the folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    copy(zip, target);
                }
            }
        }
    }

    /** Puts {@link CallLog} on the class path, and nothing else of the tests. */
    void logCalls(Path folder) throws IOException {
        String name = CallLog.class.getName().replace('.', '/') + ".class";
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream bytes = CallLog.class.getResourceAsStream("/" + name)) {
            copy(Objects.requireNonNull(bytes), target);
        }
        Path resource = folder.resolve(CallLog.RESOURCE);
        Files.createDirectories(resource.getParent());
        Files.writeString(resource, CallLog.class.getName());
        beside.add(folder.toString());
    }

    private static void copy(InputStream from, Path to) throws IOException {
        Files.copy(from, to);
    }

    /** What parameter Runtime says of it. */
    String runtime() {
        return path.toString().endsWith(".zip") ? "jvm" : "native";
    }

    /**
     * As the managed runtime starts it.
     *
     * <p>Source: Lambda developer guide, "Customize Java runtime startup behavior": C1 only, unless JAVA_TOOL_OPTIONS says so.
     */
    List<String> command(int memoryMib, String handler, Map<String, String> environment) {
        if (runtime().equals("native") && !path.toString().endsWith(".jar")) {
            return List.of(path.toAbsolutePath().toString());
        }
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx" + memoryMib * 3 / 4 + "m", "-XX:+UseSerialGC"));
        if (!environment.getOrDefault("JAVA_TOOL_OPTIONS", "").contains("TieredStopAtLevel")) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        List<String> classPath = new ArrayList<>();
        if (runtime().equals("jvm")) {
            classPath.addAll(List.of(unpacked.toString(), unpacked.resolve("lib") + "/*"));
            classPath.addAll(List.of(jarOf(AWSLambda.class), jarOf(PojoSerializer.class)));
            command.add("-D" + JNI + "=" + library);
        } else {
            classPath.add(path.toString());
        }
        classPath.addAll(beside);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
        command.addAll(runtime().equals("jvm") ? List.of(AWSLambda.class.getName(), handler) : List.of(mainClass()));
        return command;
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
