package dev.weir.oci;

/**
 * A pattern over a whole string: {@code *} stands for any characters or none, {@code ?} for exactly one, and all others for
 * themselves.
 *
 * <p>It is matched without recursion: the work is at most the pattern's length times the text's, whatever both are.
 *
 * <p>Source: IAM's policy elements ({@code StringLike}, Resource, Action), and ECR's tag filters, which have {@code *} only.
 */
public record Glob(String pattern) {

    public boolean matches(String text) {
        int at = 0;
        int read = 0;
        int afterStar = -1;
        int readAtStar = 0;
        while (read < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                afterStar = ++at;
                readAtStar = read;
            } else if (at < pattern.length() && isOne(pattern.charAt(at), text.charAt(read))) {
                at++;
                read++;
            } else if (afterStar >= 0) {
                // Only the last star may take one more: what stood before it has matched already.
                at = afterStar;
                read = ++readAtStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    private static boolean isOne(char wanted, char given) {
        return wanted == '?' || wanted == given;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
