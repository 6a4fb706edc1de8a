package dev.weir.access.policy;

import dev.weir.oci.Glob;
import java.util.Arrays;
import java.util.List;

/**
 * An ARN with wildcards. Each of its six parts is matched by itself, so that no wildcard reaches over a colon; the last holds all
 * further colons. The path of an IAM user may hold colons, and so imitate the ARN of another account.
 */
record ArnPattern(List<Glob> parts) {
    private static final int PARTS = 6;

    /** Errors: {@link IllegalArgumentException} for what has not six parts, or doesn't begin as an ARN. */
    static ArnPattern parse(String text) {
        List<Glob> parts = Arrays.stream(text.split(":", PARTS)).map(Glob::new).toList();
        if (parts.size() != PARTS || !parts.get(0).matches("arn")) {
            throw new IllegalArgumentException("'" + text + "' is not an ARN of six parts");
        }
        return new ArnPattern(parts);
    }

    boolean matches(String arn) {
        String[] given = arn.split(":", PARTS);
        boolean same = given.length == PARTS;
        for (int i = 0; same && i < PARTS; i++) {
            same = parts.get(i).matches(given[i]);
        }
        return same;
    }
}
