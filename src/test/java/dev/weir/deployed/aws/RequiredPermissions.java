package dev.weir.deployed.aws;

import dev.weir.template.Grants;
import dev.weir.template.Template;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a function's role must allow for the calls that the function made.
 *
 * <p>Source: Service Authorization Reference: "Actions, resources, and condition keys for Amazon DynamoDB", "… for Amazon S3";
 * DynamoDB developer guide, "Using IAM with DynamoDB transactions"; S3 API, HeadObject, "Permissions" (without {@code
 * s3:ListBucket} a missing object is answered with 403, not 404); ECR Public API, GetAuthorizationToken.
 */
public final class RequiredPermissions {
    /** An action on a resource, named as Template names it. */
    private record Permission(String action, String resource) {}

    private final Template template;
    private final String function;
    private final Map<String, String> arns = new TreeMap<>();

    /** @param function its logical id in template.yaml */
    public RequiredPermissions(Template template, String function) {
        this.template = template;
        this.function = function;
        // What the function calls weir-table is <Table.Arn> to its role.
        template.environment(function).values().stream()
                .filter(value -> value.matches("<\\w+>"))
                .forEach(value -> arns.put(ResourceNames.physical(value), value.replace(">", ".Arn>")));
    }

    /** What the calls need and the role does not allow; prints what the role allows and no call needed. */
    public Set<String> missingFor(Set<AwsCall> calls) {
        Grants grants = Grants.of(template, function);
        Set<String> unused = new TreeSet<>();
        grants.actions().values().forEach(unused::addAll);
        // Lambda's own, and what KMS is asked for by other services.
        unused.removeIf(action -> action.matches("(logs|xray|sqs|kms):.*"));
        Set<String> missing = new TreeSet<>();
        for (AwsCall call : calls) {
            for (Permission permission : permissions(call)) {
                unused.remove(permission.action());
                if (!grants.allow(permission.action(), permission.resource())) {
                    missing.add(function + " calls " + call + ", but its role lacks " + permission);
                }
            }
        }
        System.out.println(function + ": " + calls.size() + " different calls; granted and not seen: " + unused);
        return missing;
    }

    private List<Permission> permissions(AwsCall call) {
        String arn = arn(call);
        return switch (call.service()) {
            case "dynamodb" -> List.of(new Permission("dynamodb:" + action(call.operation()), arn));
            case "s3" -> ofBucket(call.operation(), arn);
            // What the token opens is checked by the registry; the function makes no call for it.
            case "ecr" -> List.of(new Permission("ecr:" + call.operation(), "*"));
            case "ecr-public" ->
                List.of(
                        new Permission("ecr-public:" + call.operation(), "*"),
                        new Permission("sts:GetServiceBearerToken", "*"));
            default -> List.of(new Permission(call.service() + ":" + call.operation(), arn));
        };
    }

    private static String action(String operation) {
        String part = operation.replace("TransactWriteItems/", "");
        return part.equals(operation)
                ? operation
                : part.equals("ConditionCheck") ? "ConditionCheckItem" : part + "Item";
    }

    private static List<Permission> ofBucket(String operation, String arn) {
        String object = arn + "/*";
        return switch (operation) {
            case "HeadObject", "GetObject" ->
                List.of(new Permission("s3:GetObject", object), new Permission("s3:ListBucket", arn));
            // The URL opens what its signer may open.
            case "PresignedGetObject", "PresignedHeadObject" -> List.of(new Permission("s3:GetObject", object));
            case "PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload" ->
                List.of(new Permission("s3:PutObject", object));
            case "ListMultipartUploads" -> List.of(new Permission("s3:ListBucketMultipartUploads", arn));
            case "ListObjects", "HeadBucket" -> List.of(new Permission("s3:ListBucket", arn));
            case "ListParts" -> List.of(new Permission("s3:ListMultipartUploadParts", object));
            default -> List.of(new Permission("s3:" + operation, object));
        };
    }

    private String arn(AwsCall call) {
        String resource = call.resource();
        if (call.service().equals("secretsmanager")) {
            // The role names a secret of the stack by Ref, which is its ARN.
            if (arns.containsKey(resource)) {
                return arns.get(resource).replace(".Arn>", ">");
            }
            return resource.startsWith("arn:")
                    // LocalStack's account is not that of Template.
                    ? resource.replace(":000000000000:", ":111122223333:")
                    : "arn:aws:secretsmanager:us-east-1:111122223333:secret:" + resource + "-AbCdEf";
        }
        String[] parts = resource.split("/", 2);
        String arn = arns.getOrDefault(parts[0], parts[0]);
        return parts.length == 1 ? arn : arn + "/" + parts[1];
    }
}
