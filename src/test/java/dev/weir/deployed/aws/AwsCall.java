package dev.weir.deployed.aws;

import dev.weir.template.Grants;
import dev.weir.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A call that a function made, and what a role must grant for it.
 *
 * <p>Shape: {@code aws-call <service> <operation> <table|table/index/name|bucket|bus|secret>}.
 *
 * <p>Source: Service Authorization Reference: "Actions, resources, and condition keys for Amazon DynamoDB", "… for Amazon S3";
 * DynamoDB developer guide, "Using IAM with DynamoDB transactions"; S3 API, HeadObject, "Permissions" (without {@code
 * s3:ListBucket} what is missing is 403, not 404).
 */
public record AwsCall(String service, String operation, String resource) {

    /** An action on a resource, named as Template names it. */
    public record Need(String action, String resource) {}

    /** The distinct calls in a function's log. */
    public static Set<AwsCall> in(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(CallLog.MARK))
                .map(line -> line.split(" ", 4))
                .map(words -> new AwsCall(words[1], words[2], words[3]))
                .collect(Collectors.toSet());
    }

    /** What the function did and its role doesn't allow; prints what the role allows and nobody did. */
    public static Set<String> refused(Template template, String function, Set<AwsCall> calls) {
        Grants grants = Grants.of(template, function);
        Set<String> idle = new TreeSet<>();
        grants.actions().values().forEach(idle::addAll);
        // Lambda's own, and what KMS is asked for by other services.
        idle.removeIf(action -> action.matches("(logs|xray|sqs|kms):.*"));
        Set<String> refused = new TreeSet<>();
        for (AwsCall call : calls) {
            for (Need need : call.needs(template, function)) {
                idle.remove(need.action());
                if (!grants.allow(need.action(), need.resource())) {
                    refused.add(function + " calls " + call + " and lacks " + need);
                }
            }
        }
        System.out.println(function + ": " + calls.size() + " different calls; granted and not seen: " + idle);
        return refused;
    }

    private List<Need> needs(Template template, String function) {
        String arn = arn(template, function);
        return switch (service) {
            case "DynamoDb" -> List.of(new Need("dynamodb:" + item(operation), arn));
            case "S3" -> ofBucket(arn);
            // What the presigner calls itself: the URL opens what its signer may open.
            case "s3" -> List.of(new Need("s3:GetObject", arn + "/*"));
            case "EventBridge" -> List.of(new Need("events:" + operation, arn));
            case "SecretsManager" -> List.of(new Need("secretsmanager:" + operation, arn));
            default -> List.of(new Need(service + ":" + operation, arn));
        };
    }

    private static String item(String operation) {
        String part = operation.replace("TransactWriteItems/", "");
        return part.equals(operation)
                ? operation
                : part.equals("ConditionCheck") ? "ConditionCheckItem" : part + "Item";
    }

    private List<Need> ofBucket(String arn) {
        String object = arn + "/*";
        return switch (operation) {
            case "HeadObject", "GetObject" -> List.of(new Need("s3:GetObject", object), new Need("s3:ListBucket", arn));
            case "PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload" ->
                List.of(new Need("s3:PutObject", object));
            case "ListMultipartUploads" -> List.of(new Need("s3:ListBucketMultipartUploads", arn));
            default -> List.of(new Need("s3:" + operation, object));
        };
    }

    /** What the function calls {@code weir-table} is {@code <Table.Arn>} to its role. */
    private String arn(Template template, String function) {
        Map<String, String> arns = new TreeMap<>();
        template.environment(function).values().stream()
                .filter(value -> value.matches("<\\w+>"))
                .forEach(value -> arns.put(ResourceNames.physical(value), value.replace(">", ".Arn>")));
        String[] parts = resource.split("/", 2);
        if (service.equals("SecretsManager")) {
            return resource.startsWith("arn:")
                    // LocalStack's account is not that of Template.
                    ? resource.replace(":000000000000:", ":111122223333:")
                    : "arn:aws:secretsmanager:us-east-1:111122223333:secret:" + resource + "-AbCdEf";
        }
        String arn = arns.getOrDefault(parts[0], parts[0]);
        return parts.length == 1 ? arn : arn + "/" + parts[1];
    }
}
