package dev.weir.aws.dynamodb;

import dev.weir.table.Item;
import dev.weir.table.Write;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The writes of a transaction as DynamoDB takes them. */
final class TransactionItems {
    private TransactionItems() {}

    static TransactWriteItem of(Write write, String table) {
        Expressions expressions = new Expressions();
        String condition = expressions.condition(write.condition());
        if (write instanceof Write.Put put) {
            return put(put.item(), condition, expressions, table);
        }
        if (write instanceof Write.Change change) {
            return change(change, condition, expressions, table);
        }
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(AttributeValues.of(write.key()))
                        .conditionExpression(condition)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values()))
                .build();
    }

    private static TransactWriteItem put(Item item, @Nullable String condition, Expressions expressions, String table) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(AttributeValues.of(item))
                        .conditionExpression(condition)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values()))
                .build();
    }

    private static TransactWriteItem change(
            Write.Change change, @Nullable String condition, Expressions expressions, String table) {
        String update = expressions.update(change.update());
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table)
                        .key(AttributeValues.of(change.key()))
                        .updateExpression(update)
                        .conditionExpression(condition)
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values()))
                .build();
    }
}
