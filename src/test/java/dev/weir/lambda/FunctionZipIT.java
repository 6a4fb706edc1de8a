package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What the package of the JVM build holds. */
class FunctionZipIT {
    private static final Path ZIP = Path.of("target", "function.zip");

    @Test
    void holdsNoEmulatorNoHttpServerAndNoTest() throws IOException {
        System.out.println("function.zip: " + Files.size(ZIP) / 1024 + " KiB");
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            List<String> names = zip.stream().map(ZipEntry::getName).toList();
            assertThat(names).anyMatch(name -> name.contains("software.amazon.awssdk.s3-"));
            assertThat(names)
                    .noneMatch(
                            name -> name.matches(
                                    ".*(DynamoDBLocal|s3proxy|jetty|vertx-web|junit|assertj|archunit|netty-nio|apache-client|testcontainers|docker-java).*"))
                    .noneMatch(name -> name.matches("dev/weir/(local|fake|deployed|nativeimage|bench|template)/.*"));
        }
    }
}
