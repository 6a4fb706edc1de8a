package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.fake.AwsCli;
import dev.weir.fake.AwsUnderTest;
import dev.weir.fake.EmbeddedS3;
import dev.weir.oci.Digest;
import dev.weir.rules.UpstreamRepository;
import dev.weir.table.PullRecordsContract.CountedUpdates;
import dev.weir.time.SideThreads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The command of infra/policies that tells who still uses an image, as it is written there, by the real AWS CLI. */
class WhoUsesAnImageIT {
    private static final Path README = Path.of("infra/policies/README.md");

    private static String command() throws Exception {
        List<String> lines = Files.readAllLines(README);
        return lines.stream()
                .dropWhile(line -> !line.strip().startsWith("aws dynamodb query"))
                .takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void oneQueryTellsWhoStillUsesAnImage() throws Exception {
        AwsCli.requireInstalled();
        try (AwsUnderTest aws = AwsUnderTest.start()) {
            DynamoDbTable table = new DynamoDbTable(aws.clients.dynamoDb(), aws.storeName);
            table.createIfAbsent();
            Digest image = StoresContract.digest("used");
            UpstreamRepository repository = StoresContract.repository("used/app");
            CountedUpdates counted = new CountedUpdates(table, 0);
            TablePullRecords records = new TablePullRecords(counted, new SideThreads());
            records.note(repository, image, "weir:user/ci", StoresContract.NOW);
            records.note(repository, image, "arn:aws:iam::111122223333:role/prod", StoresContract.LATER);
            records.note(repository, StoresContract.digest("another"), "weir:user/other", StoresContract.NOW);
            counted.await(3);

            String query = command()
                    .replace("TABLE", aws.storeName)
                    .replace("docker-hub/library/alpine", repository.name().value())
                    .replace("sha256:…", image.toString());
            JsonNode found = new ObjectMapper().readTree(run(query, aws));
            assertThat(found.path("Items").findValuesAsText("S"))
                    .contains("W#" + image + "#weir:user/ci", "W#" + image + "#arn:aws:iam::111122223333:role/prod")
                    .noneMatch(value -> value.contains("weir:user/other"));
            assertThat(found.path("Count").asInt()).isEqualTo(2);
            assertThat(found.toString()).contains(TableLayout.PULLED_AT);
        }
    }

    private static String run(String script, AwsUnderTest aws) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", script).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL_DYNAMODB",
                        aws.emulator().dynamoDb().toString(),
                        "AWS_DEFAULT_REGION",
                        "us-east-1",
                        "AWS_ACCESS_KEY_ID",
                        EmbeddedS3.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY",
                        EmbeddedS3.SECRET_KEY));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(script).isZero();
        return output;
    }
}
