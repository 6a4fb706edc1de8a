package dev.weir.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks users' passwords. A name that no user has, or whose hash is malformed, costs the same work as the most costly hash there
 * is, so where all hashes have one cost the time of an answer tells no names.
 */
public final class Authenticator {
    /** The cost of hashes that {@code htpasswd -B} makes; for names that no user has, where there are no hashes. */
    private static final int USUAL_COST = 10;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$[0-9]{2}\\$.{53}");
    private static final int MIN_COST = 4;
    private static final int MAX_COST = 31;
    private static final String SALT_AND_HASH_OF_NO_USER = "abcdefghijklmnopqrstuu5s6V1cPlmrpSrTZGPcrNPXWWCBhRfDm";

    private final Users users;
    private final BCrypt.Verifyer verifier = BCrypt.verifyer(
            // What htpasswd does with a password of more than 72 bytes.
            null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A));

    public Authenticator(Users users) {
        this.users = users;
    }

    /** Empty when the name or the password is wrong. */
    public Optional<Principal> authenticate(BasicCredentials credentials) {
        Map<String, String> hashes = users.hashes();
        String hash = hashes.getOrDefault(credentials.username(), "");
        boolean known = BCRYPT.matcher(hash).matches();
        boolean right = matches(credentials.password(), known ? hash : hashOfNoUser(hashes));
        return known && right ? Optional.of(Principal.user(credentials.username())) : Optional.empty();
    }

    private boolean matches(String password, String hash) {
        try {
            return verifier.verify(password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
                    .verified;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** As much work as the most costly hash that there is. */
    private static String hashOfNoUser(Map<String, String> hashes) {
        int cost = hashes.values().stream().mapToInt(Authenticator::cost).max().orElse(USUAL_COST);
        return String.format("$2a$%02d$%s", cost, SALT_AND_HASH_OF_NO_USER);
    }

    private static int cost(String hash) {
        int cost = BCRYPT.matcher(hash).matches() ? Integer.parseInt(hash.substring(4, 6)) : USUAL_COST;
        return Math.max(MIN_COST, Math.min(MAX_COST, cost));
    }
}
