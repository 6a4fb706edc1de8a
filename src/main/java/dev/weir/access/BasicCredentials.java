package dev.weir.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's name and password as {@code docker login} sends them. Prints neither: some type the password where the name belongs.
 *
 * <p>Source: RFC 7617.
 */
public record BasicCredentials(String username, String password) {
    private static final Pattern HEADER = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");

    /** Empty when the header is none of the Basic scheme. */
    public static Optional<BasicCredentials> find(String authorization) {
        Matcher header = HEADER.matcher(authorization);
        if (!header.matches()) {
            return Optional.empty();
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(header.group(1)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = pair.indexOf(':');
        return colon < 1
                ? Optional.empty()
                : Optional.of(new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return "BasicCredentials[]";
    }
}
