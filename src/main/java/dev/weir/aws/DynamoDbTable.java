package dev.weir.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The table that holds everything that changes; its layout is {@link TableKeys}. Reads are strongly consistent. */
public final class DynamoDbTable {
    private final DynamoDbClient client;
    private final String name;

    public DynamoDbTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** For a laptop or an emulator; a deployed table comes from template.yaml. */
    public void createIfAbsent() {
        try {
            client.createTable(request -> request.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(List.of(attribute(TableKeys.PK), attribute(TableKeys.SK)))
                    .keySchema(List.of(key(TableKeys.PK, KeyType.HASH), key(TableKeys.SK, KeyType.RANGE))));
        } catch (ResourceInUseException e) {
            return;
        }
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        client.updateTimeToLive(request -> request.tableName(name)
                .timeToLiveSpecification(
                        ttl -> ttl.attributeName(TableKeys.EXPIRES_AT).enabled(true)));
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    Optional<Item> find(Map<String, AttributeValue> key) {
        var response =
                client.getItem(request -> request.tableName(name).key(key).consistentRead(true));
        return response.hasItem() ? Optional.of(new Item(response.item())) : Optional.empty();
    }

    void put(Item item) {
        client.putItem(request -> request.tableName(name).item(item.attributes()));
    }

    /** False when the condition did not hold. */
    boolean putIf(Item item, String condition, Map<String, String> names, Map<String, AttributeValue> values) {
        try {
            client.putItem(request -> request.tableName(name)
                    .item(item.attributes())
                    .conditionExpression(condition)
                    .expressionAttributeNames(names.isEmpty() ? null : names)
                    .expressionAttributeValues(values.isEmpty() ? null : values));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** False when the condition did not hold. */
    boolean updateIf(
            Map<String, AttributeValue> key, String update, String condition, Map<String, AttributeValue> values) {
        try {
            client.updateItem(request -> request.tableName(name)
                    .key(key)
                    .updateExpression(update)
                    .conditionExpression(condition)
                    .expressionAttributeValues(values));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    void deleteIf(Map<String, AttributeValue> key, String condition, Map<String, AttributeValue> values) {
        try {
            client.deleteItem(request -> request.tableName(name)
                    .key(key)
                    .conditionExpression(condition)
                    .expressionAttributeNames(Map.of("#owner", "owner"))
                    .expressionAttributeValues(values));
        } catch (ConditionalCheckFailedException e) {
            // Somebody else's by now: not ours to delete.
        }
    }

    void delete(Map<String, AttributeValue> key) {
        client.deleteItem(request -> request.tableName(name).key(key));
    }

    /** The partition's items in order of their sort key, as many as asked for. */
    List<Item> query(String pk, String sortKeyCondition, Map<String, AttributeValue> values, int limit) {
        Map<String, AttributeValue> all = new java.util.HashMap<>(values);
        all.put(":pk", AttributeValue.fromS(pk));
        QueryRequest request = QueryRequest.builder()
                .tableName(name)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk" + sortKeyCondition)
                .expressionAttributeValues(all)
                .build();
        List<Item> found = new ArrayList<>();
        for (Map<String, AttributeValue> item : client.queryPaginator(request).items()) {
            if (found.size() == limit) {
                break;
            }
            found.add(new Item(item));
        }
        return found;
    }
}
