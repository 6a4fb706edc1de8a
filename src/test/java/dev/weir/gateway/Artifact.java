package dev.weir.gateway;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What is deployed, as a command. A zip runs on AWS's own Java runtime client, as in the managed runtime; a jar (that of a
 * native build's sources) holds Quarkus' poll loop, as the native executable does.
 */
final class Artifact {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Path path;
    private final Path unpacked;

    Artifact(Path path, Path folder) throws IOException {
        this.path = path;
        this.unpacked = folder.resolve("task");
        if (path.toString().endsWith(".zip")) {
            unpack();
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

    private static void copy(InputStream from, Path to) throws IOException {
        Files.copy(from, to);
    }

    /** @param handler as template.yaml names it for the managed runtime */
    List<String> command(int memoryMib, String handler) {
        List<String> command = new ArrayList<>(
                List.of(JAVA, "-Xmx" + memoryMib * 3 / 4 + "m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        if (path.toString().endsWith(".zip")) {
            String classPath = String.join(
                    File.pathSeparator,
                    unpacked.toString(),
                    unpacked.resolve("lib") + "/*",
                    jarOf(AWSLambda.class),
                    jarOf(PojoSerializer.class));
            command.addAll(List.of("-cp", classPath, AWSLambda.class.getName(), handler));
        } else {
            command.addAll(List.of("-jar", path.toString()));
        }
        return command;
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
