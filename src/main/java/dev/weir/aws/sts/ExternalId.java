package dev.weir.aws.sts;

import java.util.regex.Pattern;

/**
 * What Weir says when it assumes a role, so that the role's owner can trust this Weir and no other. It is not a secret.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * <p>Source: STS API, AssumeRole, {@code ExternalId}.
 */
public record ExternalId(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("[\\w+=,.@:/-]{2,1224}");

    public static ExternalId parse(String value) {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("WEIR_ROLE_EXTERNAL_ID is '" + value
                    + "': allowed are 2 to 1224 letters, digits and characters of _+=,.@:/-");
        }
        return new ExternalId(value);
    }
}
