package dev.weir.access.iam;

import java.util.Optional;

/**
 * The account that an access key id belongs to, which ids hold since 2019. Only to refuse an account without asking STS: whom STS
 * names is compared again.
 *
 * <p>Shape: base32 after the four letters; bits 1 to 40 are the account, doubled. Older ids don't hold it; their fifth character is
 * before {@code Q}.
 *
 * <p>Source: STS API, GetAccessKeyInfo, tells the same by a call.
 */
final class AccessKeyAccount {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int PREFIX = 4;
    private static final int CHARACTERS = 10;
    private static final long MASK = 0x7fffffffff80L;
    private static final int SHIFT = 7;

    private AccessKeyAccount() {}

    /** Empty for an id that doesn't hold it. */
    static Optional<String> find(String accessKeyId) {
        if (accessKeyId.length() < PREFIX + CHARACTERS
                || BASE32.indexOf(accessKeyId.charAt(PREFIX)) < BASE32.indexOf('Q')) {
            return Optional.empty();
        }
        long bits = 0;
        for (int i = PREFIX; i < PREFIX + CHARACTERS; i++) {
            int value = BASE32.indexOf(accessKeyId.charAt(i));
            if (value < 0) {
                return Optional.empty();
            }
            bits = bits << 5 | value;
        }
        // 50 bits were read; the account is in the first 48.
        return Optional.of(String.format("%012d", (bits >> 2 & MASK) >> SHIFT));
    }
}
