package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
    private static final String HANDLER = "handler";

    @TempDir
    private Path folder;

    private Path zip(String entry) throws IOException {
        Path zip = folder.resolve("function.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry(entry));
        }
        return zip;
    }

    @Test
    void startsTheBootstrapOfANativeZip() throws IOException {
        Artifact artifact = new Artifact(zip("bootstrap"), folder);
        Path bootstrap = folder.resolve("task").resolve("bootstrap");
        assertThat(artifact.runtime()).isEqualTo("native");
        assertThat(artifact.command(512, HANDLER, Map.of())).isEqualTo(List.of(bootstrap.toString()));
        assertThat(bootstrap).isExecutable();
    }

    @Test
    void startsTheJarsOfAZipOnTheRuntimeClient() throws IOException {
        Artifact artifact = new Artifact(zip("lib/weir.jar"), folder);
        assertThat(artifact.runtime()).isEqualTo("jvm");
        assertThat(artifact.command(512, HANDLER, Map.of()))
                .contains("-Xmx384m", HANDLER)
                .anyMatch(argument -> argument.contains(folder.resolve("task").resolve("lib") + "/*"));
    }

    @Test
    void startsAnExecutableByItself() throws IOException {
        Artifact artifact = new Artifact(Path.of("weir-runner"), folder);
        assertThat(artifact.runtime()).isEqualTo("native");
        assertThat(artifact.command(512, HANDLER, Map.of()))
                .containsExactly(Path.of("weir-runner").toAbsolutePath().toString());
    }
}
