package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of README's "Images by command", run by the real AWS CLI as they are written there. */
class ReadmeImagesIT {
    private static String commands() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("## Images by command"));
        int begin = section.indexOf("```sh\n") + "```sh\n".length();
        return section.substring(begin, section.indexOf("```", begin));
    }

    private static boolean isInstalled() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v aws").start().waitFor() == 0;
    }

    @Test
    void theCommandsDoWhatReadmeSays(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(isInstalled(), "SKIPPED: there is no aws command");
        try (EcrUnderTest weir = new EcrUnderTest(folder.resolve("data"))) {
            weir.fillAtOnce();
            Digest first = weir.upstream.image("team/app", "1.4", new byte[] {1});
            weir.pull("/v2/quay/team/app/manifests/1.4");
            weir.clock.advance(Duration.ofHours(1));
            Digest second = weir.upstream.image("team/app", "1.4", new byte[] {2});

            String output = run(weir, "set -e\n" + commands());

            assertThat(output).contains(first.toString()).contains("\"imageTag\": \"1.4\"");
            assertThat(Digest.of(weir.pull("/v2/prod/app/manifests/1.4").body()))
                    .isEqualTo(second);
            assertThat(weir.pull("/v2/prod/app/blobs/" + Digest.of(new byte[] {2}))
                            .status())
                    .isEqualTo(307);
            assertThat(weir.pull("/v2/prod/app/manifests/" + second).status()).isEqualTo(200);
            weir.clock.advance(Duration.ofDays(2));
            assertThat(Digest.of(weir.pull("/v2/quay/team/app/manifests/1.4").body()))
                    .isEqualTo(first);
        }
    }

    private static String run(EcrUnderTest weir, String script) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true);
        shell.environment().put("AWS_ENDPOINT_URL_ECR", weir.client.endpoint().toString());
        shell.environment().put("AWS_ACCESS_KEY_ID", "test-admin");
        shell.environment().put("AWS_SECRET_ACCESS_KEY", "test-admin-secret");
        shell.environment().put("AWS_DEFAULT_REGION", "eu-west-1");
        shell.environment().put("AWS_PAGER", "");
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
