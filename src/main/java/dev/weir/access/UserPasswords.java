package dev.weir.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.time.WallClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Verifies passwords of the users. A name that no user has, or whose hash is malformed, costs the same work as the most costly hash
 * there is, so where all hashes have one cost the time of an answer tells no names.
 *
 * <p>A password that was right is remembered for ten minutes after its last use, as long as the user's entry is the same: bcrypt is
 * slow on purpose, and clients send the password with each request.
 */
public final class UserPasswords implements PasswordVerifier {
    /** The cost of hashes that {@code htpasswd -B} makes; for names that no user has, where there are no hashes. */
    private static final int USUAL_COST = 10;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$[0-9]{2}\\$.{53}");
    private static final int MIN_COST = 4;
    private static final int MAX_COST = 31;
    private static final String SALT_AND_HASH_OF_NO_USER = "abcdefghijklmnopqrstuu5s6V1cPlmrpSrTZGPcrNPXWWCBhRfDm";
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);
    private static final int MAX_REMEMBERED = 10_000;
    private static final int LOGGED_HASH_BYTES = 4;
    /** The user names that go with tokens: whoever logs in so without one has told nothing by the name. */
    private static final Set<String> NAMES_OF_TOKENS = Set.of("AWS", "oidc");

    private final Users users;
    private final Clock clock;
    private final byte[] logKey = new byte[32];
    private final Cache<Fingerprint, String> right;
    private final BCrypt.Verifyer verifier = BCrypt.verifyer(
            // What htpasswd does with a password of more than 72 bytes.
            null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A));

    public UserPasswords(Users users, Clock clock) {
        this.users = users;
        this.clock = clock;
        new SecureRandom().nextBytes(logKey);
        this.right = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(REMEMBERED_FOR)
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    static boolean isBcrypt(String hash) {
        return BCRYPT.matcher(hash).matches();
    }

    /** Any user name may be a user's. */
    @Override
    public boolean isFor(BasicCredentials credentials) {
        return true;
    }

    @Override
    public String claimedName(BasicCredentials credentials) {
        return credentials.username();
    }

    /**
     * The name where there is such a user, expired or not; any other as {@code unknown:1a2b3c4d}, by which guesses of one process that
     * repeat are seen. The key of that hash is this process's own, so that nobody who reads the log can try passwords on it.
     */
    @Override
    public String loggedName(BasicCredentials credentials) {
        String name = credentials.username();
        String hash = HexFormat.of().formatHex(HmacSha256.of(logKey, name), 0, LOGGED_HASH_BYTES);
        return users.current().containsKey(name) || NAMES_OF_TOKENS.contains(name) ? name : "unknown:" + hash;
    }

    @Override
    public Optional<Principal> remembered(BasicCredentials credentials, String registryHost) {
        String hash = hashOf(credentials.username(), users.current());
        return right.getIfPresent(fingerprint(credentials, hash)) == null
                ? Optional.empty()
                : Optional.of(Principal.user(credentials.username()));
    }

    @Override
    public Optional<Principal> verify(BasicCredentials credentials, String registryHost) {
        Map<String, UserEntry> known = users.current();
        String hash = hashOf(credentials.username(), known);
        boolean isUser = isBcrypt(hash);
        boolean isRight = matches(credentials.password(), isUser ? hash : hashOfNoUser(known.values()));
        if (!isUser || !isRight) {
            return Optional.empty();
        }
        right.put(fingerprint(credentials, hash), credentials.username());
        return Optional.of(Principal.user(credentials.username()));
    }

    /** Empty for a name that no user has, or whose user has expired. */
    private String hashOf(String username, Map<String, UserEntry> known) {
        UserEntry entry = known.get(username);
        return entry != null && entry.isInForce(clock.instant()) ? entry.hash() : "";
    }

    private static Fingerprint fingerprint(BasicCredentials credentials, String hash) {
        return Fingerprint.of(hash, credentials.username(), credentials.password());
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
    private static String hashOfNoUser(Collection<UserEntry> known) {
        int cost = known.stream().mapToInt(UserPasswords::cost).max().orElse(USUAL_COST);
        return String.format("$2a$%02d$%s", cost, SALT_AND_HASH_OF_NO_USER);
    }

    private static int cost(UserEntry entry) {
        int cost = isBcrypt(entry.hash()) ? Integer.parseInt(entry.hash().substring(4, 6)) : USUAL_COST;
        return Math.max(MIN_COST, Math.min(MAX_COST, cost));
    }
}
