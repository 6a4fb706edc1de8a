package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from a signed request which service it is for, and which operation on which resource it asks for.
 *
 * <p>Source: IAM user guide, "Create a signed AWS API request" (credential scope); Amazon S3 API reference, the request syntax of
 * each operation.
 */
final class AwsRequest {
    /** {@code Credential=<key>/<date>/<region>/<service>/aws4_request}, in a header or, percent-encoded, in a presigned URL. */
    private static final Pattern SCOPE =
            Pattern.compile("Credential=[^/%]+(?:/|%2F)\\d{8}(?:/|%2F)[^/%]+(?:/|%2F)([^/%]+)(?:/|%2F)aws4_request");

    private static final List<String> TABLE_OR_SECRET = List.of("TableName", "SecretId");
    private static final List<String> IN_TRANSACTION = List.of("Put", "Update", "Delete", "ConditionCheck");
    private static final Pattern PARTITION_OF_QUERY = Pattern.compile("\\bpk = (:\\w+)");

    private AwsRequest() {}

    /** The service in the signature's scope; empty if the request is not signed. */
    static Optional<String> service(HttpExchange exchange) {
        String signature = exchange.getRequestHeaders().getFirst("Authorization") + " "
                + exchange.getRequestURI().getRawQuery();
        Matcher scope = SCOPE.matcher(signature);
        return scope.find() ? Optional.of(scope.group(1)) : Optional.empty();
    }

    /** The operation of a JSON service, in {@code X-Amz-Target}; empty for S3. */
    static Optional<String> target(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                .map(target -> target.substring(target.indexOf('.') + 1));
    }

    /** What a request to a JSON service consists of: the parts of a transaction, {@code {"Put": {…}}} each, or the request itself. */
    static List<JsonNode> parts(JsonNode body) {
        List<JsonNode> parts = new ArrayList<>();
        body.path("TransactItems").forEach(parts::add);
        return parts.isEmpty() ? List.of(body) : parts;
    }

    /** The call that a part of a request is. */
    static AwsCall call(String service, String operation, JsonNode part) {
        Optional<String> inTransaction = inTransaction(part);
        return inTransaction
                .map(action -> new AwsCall(service, operation + "/" + action, resource(part.path(action))))
                .orElseGet(() -> new AwsCall(service, operation, resource(part)));
    }

    private static Optional<String> inTransaction(JsonNode part) {
        return IN_TRANSACTION.stream().filter(part::has).findFirst();
    }

    /** The partition key of what a part of a request to DynamoDB reads or writes; empty if it has none. */
    static String partition(JsonNode part) {
        JsonNode request = inTransaction(part).map(part::path).orElse(part);
        for (String place : List.of("/Key/pk/S", "/Item/pk/S")) {
            if (request.at(place).isTextual()) {
                return request.at(place).asText();
            }
        }
        Matcher query = PARTITION_OF_QUERY.matcher(
                request.path("KeyConditionExpression").asText());
        return query.find()
                ? request.path("ExpressionAttributeValues")
                        .path(query.group(1))
                        .path("S")
                        .asText()
                : "";
    }

    private static String resource(JsonNode body) {
        String index =
                body.has("IndexName") ? "/index/" + body.path("IndexName").asText() : "";
        for (String field : TABLE_OR_SECRET) {
            if (body.has(field)) {
                return body.path(field).asText() + index;
            }
        }
        return body.at("/Entries/0/EventBusName").asText("?");
    }

    /** What a request in the Query protocol asks for, as STS is asked; the resource is the role. */
    static AwsCall ofQuery(String service, String body) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return new AwsCall(service, parameters.getOrDefault("Action", "?"), parameters.getOrDefault("RoleArn", "?"));
    }

    /** What a request to S3 asks for; the bucket is in the path. That of a presigned URL is {@code PresignedGetObject}. */
    static AwsCall ofS3(String method, URI uri) {
        String[] path = uri.getRawPath().substring(1).split("/", 2);
        boolean isObject = path.length == 2 && !path[1].isEmpty();
        String query = "&" + Optional.ofNullable(uri.getRawQuery()).orElse("");
        String operation = isObject ? ofObject(method, query) : ofBucket(method, query);
        boolean isPresigned = query.contains("&X-Amz-Signature=");
        return new AwsCall("s3", isPresigned ? "Presigned" + operation : operation, path[0]);
    }

    private static String ofObject(String method, String query) {
        boolean isUpload = query.contains("&uploadId=");
        return switch (method) {
            case "GET" -> isUpload ? "ListParts" : "GetObject";
            case "HEAD" -> "HeadObject";
            case "PUT" -> isUpload ? "UploadPart" : "PutObject";
            case "POST" -> isUpload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
            case "DELETE" -> isUpload ? "AbortMultipartUpload" : "DeleteObject";
            default -> method;
        };
    }

    private static String ofBucket(String method, String query) {
        return switch (method) {
            case "GET" -> query.contains("&uploads") ? "ListMultipartUploads" : "ListObjects";
            case "HEAD" -> "HeadBucket";
            default -> method + "Bucket";
        };
    }
}
