package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.aws.dynamodb.DynamoDbTable;
import dev.weir.fake.AwsUnderTest;
import dev.weir.store.StoreException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table on DynamoDB Local or LocalStack. */
class DynamoDbTableIT extends TableConcurrencyContract {
    private static AwsUnderTest aws;
    private static DynamoDbClient client;
    private static DynamoDbTable table;

    @BeforeAll
    static void start() {
        aws = AwsUnderTest.start();
        client = aws.clients.dynamoDb();
        table = new DynamoDbTable(client, aws.storeName);
        table.createIfAbsent();
    }

    @AfterAll
    static void stop() {
        client.close();
        aws.close();
    }

    @Override
    Table table() {
        return table;
    }

    @Test
    void creatingTheTableAgainLeavesItAsItIs() {
        table.put(Item.at(key).with("x", 1));
        table.createIfAbsent();
        assertThat(found(key)).isPresent();
    }

    @Test
    void aTableThatIsNotThereIsNamedWithARemedy() {
        assertThatThrownBy(() -> new DynamoDbTable(client, "nowhere").find(key, Consistency.STRONG))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.REJECTED))
                .hasMessageContainingAll("'nowhere'", "GetItem", "WEIR_TABLE");
    }

    @Test
    void attributesOfTypesThatWeirNeverWritesAreSeenButNotRead() {
        client.putItem(request -> request.tableName(aws.storeName)
                .item(Map.of(
                        "pk", AttributeValue.fromS(key.pk()),
                        "sk", AttributeValue.fromS(key.sk()),
                        "flag", AttributeValue.fromBool(true),
                        "fraction", AttributeValue.fromN("1.5"),
                        "text", AttributeValue.fromS("x"))));
        Item item = found(key).orElseThrow();
        assertThat(item.string("text")).isEqualTo("x");
        assertThat(item.has("flag")).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> item.findNumber("fraction"))
                .withMessageContainingAll(key.toString(), "fraction");
        assertThatIllegalStateException().isThrownBy(() -> item.findString("flag"));
    }
}
