package dev.weir.aws.dynamodb;

import dev.weir.table.Condition;
import dev.weir.table.Consistency;
import dev.weir.table.DueRange;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.PagedItems;
import dev.weir.table.Query;
import dev.weir.table.Table;
import dev.weir.table.TableLayout;
import dev.weir.table.Update;
import dev.weir.table.Value;
import dev.weir.table.Write;
import dev.weir.time.Sleeper;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The table in DynamoDB. A write that meets a transaction on the same item is tried again, up to five times.
 *
 * <p>Source: DynamoDB API reference, low-level API.
 */
public final class DynamoDbTable implements Table {
    /** Entries of the index looked at by one call. Those that are due, of 32 calls at most, are in memory: less than 20 MB. */
    private static final int DUE_PAGE = 1000;

    private final WriteConflicts conflicts = new WriteConflicts(Sleeper.SYSTEM);
    private final DynamoDbClient client;
    private final String name;
    private final Failures failures;

    public DynamoDbTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
        this.failures = new Failures(name);
    }

    @Override
    public String toString() {
        return "table '" + name + "'";
    }

    /** Creates the table on an emulator; a deployed table comes from template.yaml. */
    public void createIfAbsent() {
        failures.translated("CreateTable", () -> {
            TableCreation.createIfAbsent(client, name);
            return true;
        });
    }

    @Override
    public Optional<Item> find(Key key, Consistency consistency) {
        return failures.translated("GetItem", () -> {
            var response = client.getItem(request -> request.tableName(name)
                    .key(AttributeValues.of(key))
                    .consistentRead(consistency == Consistency.STRONG));
            return response.hasItem() ? Optional.of(AttributeValues.item(response.item())) : Optional.empty();
        });
    }

    @Override
    public boolean putIf(Item item, Condition condition) {
        Expressions expressions = new Expressions();
        String expression = expressions.condition(condition);
        return written(
                "PutItem",
                () -> client.putItem(request -> request.tableName(name)
                        .item(AttributeValues.of(item))
                        .conditionExpression(expression)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())));
    }

    @Override
    public boolean update(Key key, Update update, Condition condition) {
        Expressions expressions = new Expressions();
        String change = expressions.update(update);
        String expression = expressions.condition(condition);
        return written(
                "UpdateItem",
                () -> client.updateItem(request -> request.tableName(name)
                        .key(AttributeValues.of(key))
                        .updateExpression(change)
                        .conditionExpression(expression)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())));
    }

    @Override
    public boolean deleteIf(Key key, Condition condition) {
        Expressions expressions = new Expressions();
        String expression = expressions.condition(condition);
        return written(
                "DeleteItem",
                () -> client.deleteItem(request -> request.tableName(name)
                        .key(AttributeValues.of(key))
                        .conditionExpression(expression)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())));
    }

    @Override
    public boolean transact(List<Write> writes) {
        var items = Write.checked(writes).stream()
                .map(write -> TransactionItems.of(write, name))
                .toList();
        return written("TransactWriteItems", () -> client.transactWriteItems(request -> request.transactItems(items)));
    }

    private boolean written(String action, Runnable write) {
        return failures.translated(
                action,
                () -> conflicts.retried(() -> {
                    try {
                        write.run();
                        return true;
                    } catch (ConditionalCheckFailedException e) {
                        return false;
                    } catch (TransactionCanceledException e) {
                        if (WriteConflicts.hasReason(e, "ConditionalCheckFailed")) {
                            return false;
                        }
                        throw e;
                    }
                }));
    }

    @Override
    public Iterator<Item> iterate(Query query) {
        Expressions expressions = new Expressions();
        String key = expressions.name(TableLayout.PK) + " = " + expressions.value(Value.of(query.pk()));
        String prefix = query.prefix().isEmpty()
                ? ""
                : " AND begins_with(" + expressions.name(TableLayout.SK) + ", "
                        + expressions.value(Value.of(query.prefix())) + ")";
        QueryRequest.Builder request = QueryRequest.builder()
                .tableName(name)
                .consistentRead(true)
                .keyConditionExpression(key + prefix)
                .limit(query.limit() == Integer.MAX_VALUE ? null : query.limit());
        query.projection().ifPresent(names -> request.projectionExpression(expressions.projection(withKey(names))));
        request.expressionAttributeNames(expressions.names()).expressionAttributeValues(expressions.values());
        Optional<Map<String, AttributeValue>> start =
                query.after().map(sk -> AttributeValues.of(new Key(query.pk(), sk)));
        return pages(request.build(), start, query.limit());
    }

    private static Set<String> withKey(Set<String> names) {
        Set<String> all = new TreeSet<>(names);
        all.addAll(List.of(TableLayout.PK, TableLayout.SK));
        return all;
    }

    @Override
    public Iterator<Item> due(char shard, DueRange range) {
        Expressions expressions = new Expressions();
        String condition = expressions.name(TableLayout.DUE_SHARD) + " = "
                + expressions.value(Value.of(String.valueOf(shard))) + " AND " + expressions.name(TableLayout.DUE_TIME)
                + " BETWEEN " + expressions.value(Value.of(range.times().first())) + " AND "
                + expressions.value(Value.of(range.times().last()));
        String filter = expressions.name(TableLayout.DUE_AT) + " > " + expressions.value(Value.of(range.after()))
                + " AND " + expressions.name(TableLayout.DUE_AT) + " <= "
                + expressions.value(Value.of(range.until()));
        QueryRequest request = QueryRequest.builder()
                .tableName(name)
                .indexName(TableLayout.DUE_INDEX)
                .keyConditionExpression(condition)
                .filterExpression(filter)
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .limit(DUE_PAGE)
                .build();
        return pages(request, Optional.empty(), Integer.MAX_VALUE);
    }

    private Iterator<Item> pages(QueryRequest request, Optional<Map<String, AttributeValue>> start, int limit) {
        return new PagedItems<Map<String, AttributeValue>>(
                limit,
                next -> failures.translated("Query", () -> {
                    QueryResponse response = client.query(request.toBuilder()
                            .exclusiveStartKey(next.or(() -> start).orElse(null))
                            .build());
                    return new PagedItems.Read<>(
                            response.items().stream().map(AttributeValues::item).toList(),
                            response.hasLastEvaluatedKey()
                                    ? Optional.of(response.lastEvaluatedKey())
                                    : Optional.empty());
                }));
    }
}
