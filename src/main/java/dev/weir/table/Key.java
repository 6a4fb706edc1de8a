package dev.weir.table;

/**
 * Where an item is: its partition and its place within the partition.
 *
 * <p>Items of one partition are in the order of their sort keys' UTF-8 bytes.
 *
 * @param pk partition key, not empty
 * @param sk sort key, not empty
 */
public record Key(String pk, String sk) {

    public Key {
        if (pk.isEmpty() || sk.isEmpty()) {
            throw new IllegalArgumentException("key '" + pk + "' '" + sk + "' has an empty part");
        }
    }

    @Override
    public String toString() {
        return pk + " " + sk;
    }
}
