package dev.weir.fake;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The real AWS CLI, where it is installed; without it the test is skipped. */
public final class AwsCli {
    private AwsCli() {}

    /** The token of {@code aws eks get-token}, made without a network. */
    public static String eksToken(String registry, String accessKeyId, String secret) throws Exception {
        String json = run(
                Map.of(
                        "AWS_ACCESS_KEY_ID",
                        accessKeyId,
                        "AWS_SECRET_ACCESS_KEY",
                        secret,
                        "AWS_SESSION_TOKEN",
                        "x".repeat(700),
                        "AWS_DEFAULT_REGION",
                        "eu-central-1",
                        "AWS_EC2_METADATA_DISABLED",
                        "true"),
                List.of("eks", "get-token", "--cluster-name", registry));
        return new ObjectMapper().readTree(json).at("/status/token").asText();
    }

    /** Skips the test where it is not installed. */
    public static void requireInstalled() throws Exception {
        run(Map.of(), List.of("--version"));
    }

    private static String run(Map<String, String> environment, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Assumptions.abort("the AWS CLI is not installed");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("aws " + arguments + " ended with " + process.exitValue());
        }
        return output;
    }
}
