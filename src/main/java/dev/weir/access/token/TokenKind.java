package dev.weir.access.token;

/** What a token is good for; none is good for what another kind is. */
public enum TokenKind {
    /** The password of {@code docker login}. */
    PASSWORD,
    /** The session token beside an access key. */
    SESSION
}
