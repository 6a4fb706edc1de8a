package dev.weir.rules;

import java.util.regex.Pattern;

/**
 * The ARN of the Secrets Manager secret that holds a rule's upstream credential.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * <p>Source: ECR API, {@code credentialArn}: 50 to 612 characters, the secret's name begins {@code ecr-pullthroughcache/}.
 */
public record CredentialArn(String value) {
    private static final Pattern GRAMMAR = Pattern.compile(
            "arn:aws(?:-\\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]+");

    public static CredentialArn parse(String value) {
        if (value.length() < 50
                || value.length() > 612
                || !GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "credentialArn '" + value
                            + "' is not arn:aws:secretsmanager:<region>:<account>:secret:ecr-pullthroughcache/<name>, 50 to 612 characters");
        }
        return new CredentialArn(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
