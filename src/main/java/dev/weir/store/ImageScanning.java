package dev.weir.store;

/** When the images of a repository are scanned, as it was asked for. Kept and told; nothing scans yet. */
public enum ImageScanning {
    ON_PUSH,
    MANUAL;

    /** As ECR says it: {@code scanOnPush}. */
    public static ImageScanning of(boolean scanOnPush) {
        return scanOnPush ? ON_PUSH : MANUAL;
    }
}
