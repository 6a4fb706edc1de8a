package dev.weir.store;

/**
 * An upload that was left off at the end of a part, for another process to go on with.
 *
 * @param id the store's name of it
 * @param partSizeBytes of each part but the last
 * @param offset how many bytes of the content it holds
 */
public record KeptUpload(String id, int partSizeBytes, long offset) {
    public KeptUpload {
        if (id.isEmpty() || partSizeBytes < 1 || offset < 1 || offset % partSizeBytes != 0) {
            throw new IllegalArgumentException(
                    "not a kept upload: " + offset + " bytes in parts of " + partSizeBytes + " bytes");
        }
    }

    /** How many parts it holds. */
    public int parts() {
        return Math.toIntExact(offset / partSizeBytes);
    }
}
