package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept, and that it is kept safely: bucket, table, dead-letter queues. */
class StorageTest {
    private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/1234";

    private final Template template = Template.load();

    @ParameterizedTest
    @CsvSource({"Bucket, RetainExceptOnCreate", "Table, Retain"})
    void dataOutlivesTheStack(String resource, String deletionPolicy) {
        assertThat(template.resource(resource).path("DeletionPolicy").asText()).isEqualTo(deletionPolicy);
        assertThat(template.resource(resource).path("UpdateReplacePolicy").asText())
                .isEqualTo("Retain");
    }

    @Test
    void presignedUrlsWorkEverywhereUnlessTheyAreBound() {
        assertThat(template.properties("BucketPolicy").at("/PolicyDocument/Statement"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "cidrs, REGIONAL, PresignedUrlsOnlyFromTheseAddresses, /Condition/NotIpAddress/aws:SourceIp, 203.0.113.0/24",
        "cidrs, PRIVATE, PresignedUrlsOnlyFromTheseAddresses, /Condition/NotIpAddress/aws:VpcSourceIp, 203.0.113.0/24",
        "vpc, REGIONAL, PresignedUrlsOnlyFromThisVpc, /Condition/StringNotEquals/aws:SourceVpc, vpc-0a1b"
    })
    void boundPresignedUrlIsDeniedElsewhere(String binding, String endpoint, String sid, String path, String value) {
        Template bound = template.with("PresignedUrlBinding", binding)
                .with("EndpointType", endpoint)
                .with("AllowedSourceCidrs", "203.0.113.0/24")
                .with("ClientVpcId", "vpc-0a1b");
        JsonNode statement = statement(bound, "BucketPolicy", sid);

        assertThat(bound.properties("BucketPolicy").at("/PolicyDocument/Statement"))
                .hasSize(3);
        assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
        assertThat(statement.path("Action").asText()).isEqualTo("s3:GetObject");
        assertThat(statement.at("/Condition/StringEquals/s3:authType").asText()).isEqualTo("REST-QUERY-STRING");
        assertThat(statement.at(path).asText()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"})
    void bucketIsNeverPublic(String block) {
        JsonNode bucket = template.properties("Bucket");

        assertThat(bucket.at("/PublicAccessBlockConfiguration/" + block).asBoolean())
                .isTrue();
        assertThat(bucket.at("/OwnershipControls/Rules/0/ObjectOwnership").asText())
                .isEqualTo("BucketOwnerEnforced");
    }

    @Test
    void bucketIsEncryptedWithTheAccountsKeyOrAnOwnOne() {
        String rule = "/BucketEncryption/ServerSideEncryptionConfiguration/0";
        JsonNode plain = template.properties("Bucket").at(rule);
        JsonNode own = template.with("KmsKeyArn", KEY).properties("Bucket").at(rule);

        assertThat(plain.at("/ServerSideEncryptionByDefault/SSEAlgorithm").asText())
                .isEqualTo("aws:kms");
        assertThat(plain.path("BucketKeyEnabled").asBoolean()).isTrue();
        assertThat(plain.at("/ServerSideEncryptionByDefault").has("KMSMasterKeyID"))
                .isFalse();
        assertThat(own.at("/ServerSideEncryptionByDefault/KMSMasterKeyID").asText())
                .isEqualTo(KEY);
    }

    @Test
    void bucketKeepsNoVersionsAndNoUnfinishedUploads() {
        JsonNode bucket = template.properties("Bucket");

        assertThat(bucket.has("VersioningConfiguration")).isFalse();
        assertThat(bucket.at("/LifecycleConfiguration/Rules/0/Status").asText()).isEqualTo("Enabled");
        assertThat(bucket.at("/LifecycleConfiguration/Rules/0/AbortIncompleteMultipartUpload/DaysAfterInitiation")
                        .asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "BucketPolicy, TlsOnly, /Condition/Bool/aws:SecureTransport, false",
        "BucketPolicy, Tls12OrNewer, /Condition/NumericLessThan/s3:TlsVersion, 1.2",
        "FillFailuresPolicy, TlsOnly, /Condition/Bool/aws:SecureTransport, false",
        "RefreshFailuresPolicy, TlsOnly, /Condition/Bool/aws:SecureTransport, false"
    })
    void nothingIsReadOrWrittenInTheClear(String policy, String sid, String condition, String value) {
        JsonNode statement = statement(policy, sid);

        assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
        assertThat(statement.path("Principal").asText()).isEqualTo("*");
        assertThat(statement.at(condition).asText()).isEqualTo(value);
    }

    @Test
    void tableIsOnDemandRecoverableAndProtected() {
        JsonNode table = template.properties("Table");

        assertThat(table.path("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
        assertThat(table.path("DeletionProtectionEnabled").asBoolean()).isTrue();
        assertThat(table.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                        .asBoolean())
                .isTrue();
        assertThat(table.at("/TimeToLiveSpecification/Enabled").asBoolean()).isTrue();
        assertThat(table.at("/TimeToLiveSpecification/AttributeName").asText()).isEqualTo("expiresAt");
        assertThat(table.has("SSESpecification")).isFalse();
        assertThat(template.with("KmsKeyArn", KEY)
                        .properties("Table")
                        .at("/SSESpecification/KMSMasterKeyId")
                        .asText())
                .isEqualTo(KEY);
    }

    @ParameterizedTest
    @CsvSource({
        "/KeySchema/0, pk, HASH, S",
        "/KeySchema/1, sk, RANGE, S",
        "/GlobalSecondaryIndexes/0/KeySchema/0, dueShard, HASH, S",
        "/GlobalSecondaryIndexes/0/KeySchema/1, dueTime, RANGE, N"
    })
    void tableHasTheKeysThatTheAdaptersUse(String path, String name, String keyType, String attributeType) {
        JsonNode table = template.properties("Table");

        assertThat(table.at(path + "/AttributeName").asText()).isEqualTo(name);
        assertThat(table.at(path + "/KeyType").asText()).isEqualTo(keyType);
        assertThat(table.path("AttributeDefinitions"))
                .anyMatch(attribute -> attribute.path("AttributeName").asText().equals(name)
                        && attribute.path("AttributeType").asText().equals(attributeType));
    }

    @Test
    void dueIndexHoldsKeysAndTheDueTime() {
        JsonNode index = template.properties("Table").at("/GlobalSecondaryIndexes/0");

        assertThat(index.path("IndexName").asText()).isEqualTo("due");
        assertThat(index.at("/Projection/ProjectionType").asText()).isEqualTo("INCLUDE");
        assertThat(index.at("/Projection/NonKeyAttributes")).hasToString("[\"dueAt\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FillFailures", "RefreshFailures"})
    void failuresAreKeptEncryptedForTwoWeeksAndWrittenByThisAccountsRules(String queue) {
        JsonNode events = statement(queue + "Policy", "UndeliveredEvents");

        assertThat(template.properties(queue).path("SqsManagedSseEnabled").asBoolean())
                .isTrue();
        assertThat(template.properties(queue).path("MessageRetentionPeriod").asInt())
                .isEqualTo(14 * 24 * 3600);
        assertThat(events.at("/Principal/Service").asText()).isEqualTo("events.amazonaws.com");
        assertThat(events.path("Resource").asText()).isEqualTo("<" + queue + ".Arn>");
        assertThat(events.at("/Condition/StringEquals/aws:SourceAccount").asText())
                .isEqualTo("111122223333");
    }

    private JsonNode statement(String policy, String sid) {
        return statement(template, policy, sid);
    }

    private static JsonNode statement(Template template, String policy, String sid) {
        for (JsonNode statement : template.properties(policy).at("/PolicyDocument/Statement")) {
            if (statement.path("Sid").asText().equals(sid)) {
                return statement;
            }
        }
        throw new AssertionError(policy + " has no statement " + sid);
    }
}
