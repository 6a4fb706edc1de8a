package dev.weir.upstream;

/** A user name and access token for one upstream registry. Prints without the token. */
public record Credential(String username, String accessToken) {
    @Override
    public String toString() {
        return "Credential[" + username + "]";
    }
}
