package dev.weir.access.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be known of a JWT before it can be verified. Nothing of it is believed.
 *
 * @param algorithm one of those that are taken
 */
record TokenHeader(String algorithm, String keyId, String issuer) {
    static final Set<String> ALGORITHMS = Set.of("RS256", "ES256", "EdDSA");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_LENGTH = 20_000;
    private static final int MAX_KEY_ID = 256;
    private static final Pattern COMPACT = Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]+");

    /** Empty for what is not a signed JWT of an algorithm that is taken, with a key id and an issuer. */
    static Optional<TokenHeader> find(String token) {
        Matcher parts = COMPACT.matcher(token.length() > MAX_LENGTH ? "" : token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts.group(1)));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts.group(2)));
            TokenHeader found = new TokenHeader(
                    header.path("alg").asText(""),
                    header.path("kid").asText(""),
                    claims.path("iss").asText(""));
            return Optional.of(found).filter(TokenHeader::isUsable);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isUsable() {
        return ALGORITHMS.contains(algorithm) && !keyId.isEmpty() && keyId.length() <= MAX_KEY_ID;
    }
}
