package dev.weir.table;

import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.fake.AwsUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The stores on DynamoDB Local or LocalStack. */
class DynamoDbStoresIT
        implements TagStoreContract,
                LinksContract,
                LeasesContract,
                RulesContract,
                RuleBookContract,
                RepositoriesContract,
                CreationTemplatesContract,
                PoliciesContract,
                PullRecordsContract {
    private static AwsUnderTest aws;
    private static DynamoDbTable table;

    @BeforeAll
    static void start() {
        aws = AwsUnderTest.start();
        table = new DynamoDbTable(aws.clients.dynamoDb(), aws.storeName);
        table.createIfAbsent();
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    @Override
    public Table table() {
        return table;
    }
}
