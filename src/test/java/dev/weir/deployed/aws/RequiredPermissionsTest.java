package dev.weir.deployed.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.template.Template;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a request on the wire to the permission that it needs. */
class RequiredPermissionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ROLE = "arn:aws:iam::444455556666:role/weir-pull";

    private static Set<String> missing(String function, AwsCall call) {
        return missing(Template.load(), function, call);
    }

    private static Set<String> missing(Template template, String function, AwsCall call) {
        return new RequiredPermissions(template, function).missingFor(Set.of(call));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "an operation that no role grants,       RegistryFunction, dynamodb, Scan, weir-table, dynamodb:Scan",
        "a part of a transaction,                AuthorizerFunction, dynamodb, TransactWriteItems/Update, weir-table, dynamodb:UpdateItem",
        "an index that the role does not name,   RegistryFunction, dynamodb, Query, weir-table/index/due, dynamodb:Query",
        "another bucket,                         RegistryFunction, s3, GetObject, other, s3:GetObject",
        "an object read by a presigned URL,      AuthorizerFunction, s3, PresignedGetObject, weir-bucket, s3:GetObject",
        "a secret that is not of an upstream,    RegistryFunction, secretsmanager, GetSecretValue, weir/users,"
                + " secretsmanager:GetSecretValue",
        "a role that no parameter names,         RegistryFunction, sts, AssumeRole, arn:aws:iam::444455556666:role/weir-pull,"
                + " sts:AssumeRole",
        "a token of ECR,                         RefreshFunction, ecr, GetAuthorizationToken, ?, ecr:GetAuthorizationToken",
        "a token of ECR Public,                  FillFunction, ecr-public, GetAuthorizationToken, ?,"
                + " sts:GetServiceBearerToken",
    })
    void namesWhatARoleLacks(
            String row, String function, String service, String operation, String resource, String permission) {
        assertThat(missing(function, new AwsCall(service, operation, resource)))
                .as(row)
                .anyMatch(line -> line.contains("action=" + permission));
    }

    @Test
    void findsNothingMissingForWhatTheRoleGrants() {
        assertThat(missing("RegistryFunction", new AwsCall("dynamodb", "GetItem", "weir-table")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "UpstreamRoleArns, arn:aws:iam::444455556666:role/weir-pull, sts, AssumeRole",
        "UpstreamEcrRepositoryArns, arn:aws:ecr:*:444455556666:repository/*, ecr, GetAuthorizationToken",
        "EcrPublicToken, on, ecr-public, GetAuthorizationToken",
    })
    void findsNothingMissingForRegistriesOfAwsThatAParameterOpens(
            String parameter, String value, String service, String operation) {
        AwsCall call = new AwsCall(service, operation, service.equals("sts") ? ROLE : "?");
        assertThat(missing(Template.load().with(parameter, value), "RegistryFunction", call))
                .isEmpty();
    }

    @Test
    void tellsTheRoleOfARequestToSts() {
        assertThat(
                        AwsRequest.ofQuery(
                                "sts",
                                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Fweir-pull"))
                .isEqualTo(new AwsCall("sts", "AssumeRole", ROLE));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource({
        "GET, /bucket/blobs/sha256/ab, GetObject",
        "GET, /bucket/blobs/sha256/ab?X-Amz-Credential=key&X-Amz-Signature=ab, PresignedGetObject",
        "HEAD, /bucket/blobs/sha256/ab, HeadObject",
        "PUT, /bucket/blobs/sha256/ab, PutObject",
        "POST, /bucket/blobs/sha256/ab?uploads, CreateMultipartUpload",
        "PUT, /bucket/blobs/sha256/ab?partNumber=1&uploadId=u, UploadPart",
        "POST, /bucket/blobs/sha256/ab?uploadId=u, CompleteMultipartUpload",
        "DELETE, /bucket/blobs/sha256/ab?uploadId=u, AbortMultipartUpload",
        "GET, /bucket?uploads&prefix=blobs, ListMultipartUploads",
        "GET, /bucket/?list-type=2, ListObjects",
    })
    void tellsTheOperationOfARequestToS3(String method, String uri, String operation) {
        assertThat(AwsRequest.ofS3(method, URI.create(uri))).isEqualTo(new AwsCall("s3", operation, "bucket"));
    }

    @Test
    void countsEachPartOfATransactionAsACallOfItsOwn() throws IOException {
        JsonNode request = JSON.readTree("""
                {"TransactItems":[
                 {"Put":{"TableName":"t","Item":{"pk":{"S":"R#a"}}}},
                 {"ConditionCheck":{"TableName":"t","Key":{"pk":{"S":"L#b"}}}}]}
                """);
        List<JsonNode> parts = AwsRequest.parts(request);
        assertThat(parts.stream().map(part -> AwsRequest.call("dynamodb", "TransactWriteItems", part)))
                .containsExactly(
                        new AwsCall("dynamodb", "TransactWriteItems/Put", "t"),
                        new AwsCall("dynamodb", "TransactWriteItems/ConditionCheck", "t"));
        assertThat(parts.stream().map(AwsRequest::partition)).containsExactly("R#a", "L#b");
    }
}
