package dev.weir.aws.dynamodb;

import dev.weir.table.TableLayout;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Creates the table of {@link TableLayout}, as template.yaml does. */
final class TableCreation {
    private TableCreation() {}

    static void createIfAbsent(DynamoDbClient client, String name) {
        try {
            client.createTable(request -> request.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                            attribute(TableLayout.PK, ScalarAttributeType.S),
                            attribute(TableLayout.SK, ScalarAttributeType.S),
                            attribute(TableLayout.DUE_SHARD, ScalarAttributeType.S),
                            attribute(TableLayout.DUE_TIME, ScalarAttributeType.N))
                    .keySchema(List.of(key(TableLayout.PK, KeyType.HASH), key(TableLayout.SK, KeyType.RANGE)))
                    .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                            .indexName(TableLayout.DUE_INDEX)
                            .keySchema(
                                    key(TableLayout.DUE_SHARD, KeyType.HASH), key(TableLayout.DUE_TIME, KeyType.RANGE))
                            .projection(projection -> projection
                                    .projectionType(ProjectionType.INCLUDE)
                                    .nonKeyAttributes(TableLayout.DUE_AT))
                            .build()));
        } catch (ResourceInUseException e) {
            return;
        }
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        client.updateTimeToLive(request -> request.tableName(name)
                .timeToLiveSpecification(
                        ttl -> ttl.attributeName(TableLayout.EXPIRES_AT).enabled(true)));
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
