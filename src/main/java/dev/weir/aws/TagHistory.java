package dev.weir.aws;

import dev.weir.oci.Digest;
import dev.weir.store.TagMove;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A tag's history as one item. Shape: {@code moves: [{digest, at (epoch milliseconds), by}]}, latest first. */
final class TagHistory {
    private static final String MOVES = "moves";

    private TagHistory() {}

    static Item item(Map<String, AttributeValue> key, List<TagMove> moves) {
        Item item = Item.with(key);
        item.attributes()
                .put(
                        MOVES,
                        AttributeValue.fromL(
                                moves.stream().map(TagHistory::entry).toList()));
        return item;
    }

    private static AttributeValue entry(TagMove move) {
        return AttributeValue.fromM(Map.of(
                "digest", AttributeValue.fromS(move.digest().toString()),
                "at", AttributeValue.fromN(Long.toString(move.at().toEpochMilli())),
                "by", AttributeValue.fromS(move.by().name())));
    }

    static List<TagMove> moves(Item item) {
        return item.items(MOVES).stream()
                .map(entry -> new TagMove(
                        Digest.parse(entry.string("digest")),
                        entry.instant("at"),
                        TagMove.By.valueOf(entry.string("by"))))
                .toList();
    }
}
