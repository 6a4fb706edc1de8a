package dev.weir.access.token;

/** Port: the keys that sign tokens. */
public interface SigningKeys {

    /** At most a minute old. */
    SigningKeySet current();
}
