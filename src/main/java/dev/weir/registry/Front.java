package dev.weir.registry;

/** Where {@code Content-Length} of an answer comes from, which differs between fronts. */
public enum Front {
    /** Sends the header as it is, so a HEAD can tell a blob's size. */
    SENDS_CONTENT_LENGTH,
    /** Replaces the header by the body's length, as API Gateway does: a HEAD of a blob is redirected to a URL signed for HEAD. */
    REPLACES_CONTENT_LENGTH
}
