package dev.weir.aws;

import dev.weir.time.Sleeper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The table that holds everything that changes; its layout is {@link TableKeys}. Reads are strongly consistent. */
public final class DynamoDbTable {
    /** Keys read at once of a shard: 16 pages of some 100 bytes each are in memory. */
    private static final int DUE_PAGE = 200;

    private final WriteConflicts conflicts = new WriteConflicts(Sleeper.SLEEP);
    private final DynamoDbClient client;
    private final String name;

    public DynamoDbTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    @Override
    public String toString() {
        return "table '" + name + "'";
    }

    /** For a laptop or an emulator; a deployed table comes from template.yaml. */
    public void createIfAbsent() {
        try {
            client.createTable(request -> request.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                            attribute(TableKeys.PK, ScalarAttributeType.S),
                            attribute(TableKeys.SK, ScalarAttributeType.S),
                            attribute(TableKeys.DUE_SHARD, ScalarAttributeType.S),
                            attribute(TableKeys.DUE_AT, ScalarAttributeType.N))
                    .keySchema(List.of(key(TableKeys.PK, KeyType.HASH), key(TableKeys.SK, KeyType.RANGE)))
                    .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                            .indexName(TableKeys.DUE_INDEX)
                            .keySchema(key(TableKeys.DUE_SHARD, KeyType.HASH), key(TableKeys.DUE_AT, KeyType.RANGE))
                            .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
                            .build()));
        } catch (ResourceInUseException e) {
            return;
        }
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        client.updateTimeToLive(request -> request.tableName(name)
                .timeToLiveSpecification(
                        ttl -> ttl.attributeName(TableKeys.EXPIRES_AT).enabled(true)));
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

    /** Puts both or neither; false when the condition on the first did not hold. */
    boolean putBothIf(Item first, String condition, Map<String, AttributeValue> values, Item second) {
        return bothIf(
                TransactWriteItem.builder()
                        .put(put -> put.tableName(name)
                                .item(first.attributes())
                                .conditionExpression(condition)
                                .expressionAttributeValues(values.isEmpty() ? null : values))
                        .build(),
                second);
    }

    /** Sets the first's attributes, takes away those of {@code gone} that it lacks, leaves the others, and puts the second. */
    boolean updateAndPutIf(
            Item first, List<String> gone, String condition, Map<String, AttributeValue> values, Item second) {
        AttributeUpdate update = AttributeUpdate.of(first, gone, values);
        return bothIf(
                TransactWriteItem.builder()
                        .update(change -> change.tableName(name)
                                .key(update.key())
                                .updateExpression(update.expression())
                                .conditionExpression(condition)
                                .expressionAttributeNames(update.names())
                                .expressionAttributeValues(update.values()))
                        .build(),
                second);
    }

    private boolean bothIf(TransactWriteItem first, Item second) {
        TransactWriteItem put = TransactWriteItem.builder()
                .put(write -> write.tableName(name).item(second.attributes()))
                .build();
        try {
            conflicts.retried(() -> client.transactWriteItems(request -> request.transactItems(first, put)));
            return true;
        } catch (TransactionCanceledException e) {
            if (WriteConflicts.hasReason(e, "ConditionalCheckFailed")) {
                return false;
            }
            throw e;
        }
    }

    /** The keys of one shard of the index of due tags, oldest first, read page by page as they are taken. */
    Iterator<Item> due(char shard, Instant until) {
        QueryRequest request = QueryRequest.builder()
                .tableName(name)
                .indexName(TableKeys.DUE_INDEX)
                .keyConditionExpression("dueShard = :shard AND dueAt <= :until")
                .expressionAttributeValues(new Item(new HashMap<>())
                        .put(":shard", String.valueOf(shard))
                        .put(":until", until)
                        .attributes())
                .limit(DUE_PAGE)
                .build();
        return client.queryPaginator(request).items().stream().map(Item::new).iterator();
    }

    /** False when the condition did not hold. */
    boolean updateIf(
            Map<String, AttributeValue> key, String update, String condition, Map<String, AttributeValue> values) {
        try {
            conflicts.retried(() -> client.updateItem(request -> request.tableName(name)
                    .key(key)
                    .updateExpression(update)
                    .conditionExpression(condition)
                    .expressionAttributeValues(values.isEmpty() ? null : values)));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** False when the condition did not hold. */
    boolean deleteIf(
            Map<String, AttributeValue> key,
            String condition,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        try {
            client.deleteItem(request -> request.tableName(name)
                    .key(key)
                    .conditionExpression(condition)
                    .expressionAttributeNames(names.isEmpty() ? null : names)
                    .expressionAttributeValues(values.isEmpty() ? null : values));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    void delete(Map<String, AttributeValue> key) {
        client.deleteItem(request -> request.tableName(name).key(key));
    }

    /** The partition's items in order of their sort key, as many as asked for. */
    List<Item> query(String pk, String sortKeyCondition, Map<String, AttributeValue> values, int limit) {
        Map<String, AttributeValue> all = new HashMap<>(values);
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
