package dev.weir.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Kind;
import dev.weir.table.Condition;
import dev.weir.table.DueRange;
import dev.weir.table.Item;
import dev.weir.table.Key;
import dev.weir.table.Query;
import dev.weir.table.TimesOfDay;
import dev.weir.table.Update;
import dev.weir.table.Write;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What the table makes of DynamoDB's errors that no emulator gives, on the wire. */
class DynamoDbTableFailuresTest {
    private static final Item ITEM = Item.at(new Key("p", "s")).with("x", 1);
    private static final List<Write> WRITES = List.of(
            new Write.Put(ITEM, Condition.exists("x")), new Write.Delete(new Key("p", "t"), Condition.always()));
    private static final String CONFLICT = "400 TransactionConflictException";

    private record Answer(int status, String body) {

        /** Shape: {@code <status> <error>[, cancellation codes]}, or {@code 200}. */
        static Answer parse(String text) {
            String[] words = text.split(" ", -1);
            if (words.length == 1) {
                return new Answer(Integer.parseInt(words[0]), "{}");
            }
            String reasons = Arrays.stream(words)
                    .skip(2)
                    .map(code -> "{\"Code\":\"" + code + "\"}")
                    .collect(Collectors.joining(","));
            return new Answer(
                    Integer.parseInt(words[0]),
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + words[1]
                            + "\",\"message\":\"why\",\"CancellationReasons\":[" + reasons + "]}");
        }
    }

    private final Queue<Answer> answers = new ArrayDeque<>();
    private HttpServer server;
    private DynamoDbClient client;
    private DynamoDbTable table;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            Answer answer = answers.remove();
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = DynamoDbClient.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        table = new DynamoDbTable(client, "weir");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void answer(String... each) {
        Arrays.stream(each).map(Answer::parse).forEach(answers::add);
    }

    @ParameterizedTest
    @CsvSource({
        "400 ProvisionedThroughputExceededException,                        THROTTLED",
        "400 ThrottlingException,                                           THROTTLED",
        "400 RequestLimitExceeded,                                          THROTTLED",
        "400 TransactionInProgressException,                                THROTTLED",
        "400 TransactionCanceledException None ThrottlingError,             THROTTLED",
        "400 TransactionCanceledException ProvisionedThroughputExceeded None, THROTTLED",
        "400 TransactionCanceledException None ValidationError,             REJECTED",
        "400 TransactionCanceledException ItemCollectionSizeLimitExceeded None, REJECTED",
        "400 ValidationException,                                           REJECTED",
        "400 AccessDeniedException,                                         REJECTED",
        "400 ResourceNotFoundException,                                     REJECTED",
        "500 InternalServerError,                                           UNAVAILABLE",
        "503 ServiceUnavailable,                                            UNAVAILABLE",
    })
    void anErrorTellsTheCallerWhatToDo(String error, Kind kind) {
        answer(error);
        assertThatThrownBy(() -> table.transact(WRITES))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.isThrottled()).isEqualTo(kind == Kind.THROTTLED);
                })
                .hasMessageStartingWith("table 'weir': TransactWriteItems failed: " + error.split(" ", -1)[1])
                .hasMessageContaining("; ");
        assertThat(answers).isEmpty();
    }

    @Test
    void aTableThatCanNotBeReachedIsUnavailable() {
        server.stop(0);
        assertThatThrownBy(() -> table.put(ITEM)).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind())
                .isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void readersPageByPageGetTheTablesExceptionToo() {
        answer("400 ThrottlingException", "400 ThrottlingException");
        assertThatThrownBy(() -> table.due('0', new DueRange(TimesOfDay.ALL, Instant.EPOCH, Instant.EPOCH))
                        .hasNext())
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> table.stream(Query.of("p")).findFirst()).isInstanceOf(StoreException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400 TransactionCanceledException ConditionalCheckFailed None",
        "400 TransactionCanceledException ConditionalCheckFailed TransactionConflict",
        "400 TransactionCanceledException None ConditionalCheckFailed",
    })
    void aFailedConditionIsAnAnswerAndNotTriedAgain(String error) {
        answer(error);
        assertThat(table.transact(WRITES)).isFalse();
    }

    @Test
    void everyWriteThatMeetsATransactionIsTriedAgain() {
        answer(CONFLICT, "200");
        assertThat(table.putIf(ITEM, Condition.always())).isTrue();
        answer(CONFLICT, CONFLICT, "200");
        assertThat(table.update(ITEM.key(), Update.none().set("x", 1), Condition.always()))
                .isTrue();
        answer(CONFLICT, "400 ConditionalCheckFailedException");
        assertThat(table.deleteIf(ITEM.key(), Condition.exists("x"))).isFalse();
        answer("400 TransactionCanceledException TransactionConflict None", "200");
        assertThat(table.transact(WRITES)).isTrue();
        assertThat(answers).isEmpty();
    }

    @Test
    void afterFiveTriesAConflictIsThrottling() {
        answer(CONFLICT, CONFLICT, CONFLICT, CONFLICT, CONFLICT);
        assertThatThrownBy(() -> table.put(ITEM)).isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind())
                .isEqualTo(Kind.THROTTLED));
        assertThat(answers).isEmpty();
    }
}
