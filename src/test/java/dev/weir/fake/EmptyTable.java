package dev.weir.fake;

import dev.weir.aws.dynamodb.DynamoDbTable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** A table as a new stack has it. LocalStack's may hold what an earlier test wrote, such as a policy that allows nobody anything. */
public final class EmptyTable {
    private EmptyTable() {}

    public static void make(AwsUnderTest stores, String name) {
        DynamoDbClient client = stores.clients.dynamoDb();
        try {
            client.deleteTable(request -> request.tableName(name));
            client.waiter().waitUntilTableNotExists(request -> request.tableName(name));
        } catch (ResourceNotFoundException e) {
            // Nobody made it before.
        }
        new DynamoDbTable(client, name).createIfAbsent();
    }
}
