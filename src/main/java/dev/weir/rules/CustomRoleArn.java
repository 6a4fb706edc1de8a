package dev.weir.rules;

import java.util.regex.Pattern;

/**
 * The ARN of the IAM role that a rule pulls from an ECR registry with.
 *
 * <p>Errors: {@link #parse} throws {@link IllegalArgumentException} that names the value and what is allowed.
 *
 * <p>Source: ECR API, {@code customRoleArn}: at most 2,048 characters; IAM, "IAM identifiers": at least 20, the path before the
 * role's name is printable ASCII.
 */
public record CustomRoleArn(String value) {
    private static final int MIN_LENGTH = 20;
    private static final int MAX_LENGTH = 2_048;
    private static final Pattern GRAMMAR =
            Pattern.compile("arn:aws(?:-\\w+)*:iam::[0-9]{12}:role/(?:[!-~]+/)?[\\w+=,.@-]{1,64}");

    public static CustomRoleArn parse(String value) {
        if (value.length() < MIN_LENGTH
                || value.length() > MAX_LENGTH
                || !GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "customRoleArn '" + value + "' is not arn:aws:iam::<account>:role/<name>, 20 to 2048 characters");
        }
        return new CustomRoleArn(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
