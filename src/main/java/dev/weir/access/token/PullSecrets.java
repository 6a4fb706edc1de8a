package dev.weir.access.token;

/** Port: the secrets that services read which can't log in by themselves. */
public interface PullSecrets {

    /**
     * Makes the secret if it is absent. Errors: {@link IllegalStateException} that names the secret and the remedy.
     *
     * @param name without the prefix that all have
     */
    void put(String name, String text);
}
