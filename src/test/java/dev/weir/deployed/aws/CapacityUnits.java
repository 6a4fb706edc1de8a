package dev.weir.deployed.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * What a call of DynamoDB costs, in read and write capacity units.
 *
 * <p>Source: DynamoDB API, ReturnConsumedCapacity; DynamoDB developer guide, "DynamoDB read and write operations" (a failed
 * conditional write costs as much as one that succeeds).
 *
 * @param read units of the table or of the index that was queried
 * @param write units of the table
 * @param indexWrite units of the table's secondary indexes
 */
public record CapacityUnits(double read, double write, double indexWrite) {
    public static final CapacityUnits NONE = new CapacityUnits(0, 0, 0);

    private static final Set<String> READS = Set.of("GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems");
    private static final Set<String> WRITES =
            Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems");

    /** Makes DynamoDB tell what the call consumed. */
    static void ask(String operation, ObjectNode request) {
        if (READS.contains(operation) || WRITES.contains(operation)) {
            request.put("ReturnConsumedCapacity", "INDEXES");
        }
    }

    /** What the answer tells; a rejected write, whose answer tells nothing, counts as one of an item of at most 1 KiB. */
    static CapacityUnits of(String operation, JsonNode request, JsonNode response) {
        if (READS.contains(operation)) {
            return new CapacityUnits(Math.max(leastRead(request), sum(response, "/CapacityUnits")), 0, 0);
        }
        if (!WRITES.contains(operation)) {
            return NONE;
        }
        String error = response.path("__type").asText();
        if (error.endsWith("ConditionalCheckFailedException")) {
            return new CapacityUnits(0, 1, 0);
        }
        if (error.endsWith("TransactionCanceledException")) {
            return new CapacityUnits(0, 2.0 * request.path("TransactItems").size(), 0);
        }
        double all = sum(response, "/CapacityUnits");
        double table = sum(response, "/Table/CapacityUnits");
        return new CapacityUnits(0, table, all - table);
    }

    /** A read that finds nothing is charged too, which DynamoDB Local leaves out for a query. */
    private static double leastRead(JsonNode request) {
        return request.path("ConsistentRead").asBoolean() ? 1 : 0.5;
    }

    /** Batches and transactions answer with a list, one element for each table. */
    private static double sum(JsonNode response, String pointer) {
        JsonNode consumed = response.path("ConsumedCapacity");
        if (!consumed.isArray()) {
            return consumed.at(pointer).asDouble();
        }
        double sum = 0;
        for (JsonNode table : consumed) {
            sum += table.at(pointer).asDouble();
        }
        return sum;
    }

    public CapacityUnits plus(CapacityUnits other) {
        return new CapacityUnits(read + other.read, write + other.write, indexWrite + other.indexWrite);
    }

    public CapacityUnits dividedBy(int parts) {
        return new CapacityUnits(read / parts, write / parts, indexWrite / parts);
    }
}
