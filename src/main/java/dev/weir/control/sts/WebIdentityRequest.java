package dev.weir.control.sts;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The input of AssumeRoleWithWebIdentity. Prints without the token.
 *
 * @param roleName of one of Weir's roles, without {@code role/weir/}
 * @param token a JWT, or a {@code k8s-aws-v1.} token, of at most 20,000 characters
 */
record WebIdentityRequest(String roleArn, String roleName, String sessionName, String token, Duration life) {
    private static final int MAX_TOKEN = 20_000;
    private static final int USUAL_SECONDS = 3600;
    private static final Pattern ROLE =
            Pattern.compile("arn:[a-z-]{3,16}:iam::[0-9]{12}:role/weir/([A-Za-z0-9+=,.@_-]{1,64})");
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_+=,.@-]{2,64}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{4,}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{3,5}");

    /** Session policies would narrow what the keys open. They are not known here, so they are rejected, not ignored. */
    private static final List<String> NOT_SUPPORTED = List.of("Policy", "PolicyArns.member.1.arn");

    /** Errors: {@link StsException} that names the parameter. */
    static WebIdentityRequest parse(StsForm form) {
        NOT_SUPPORTED.stream()
                .filter(name -> form.find(name).isPresent())
                .findFirst()
                .ifPresent(name -> {
                    throw new StsException(
                            StsException.Code.VALIDATION_ERROR,
                            "the parameter '" + name + "' is not supported: leave it out and narrow the role's policy");
                });
        String arn = form.get(
                "RoleArn",
                value -> ROLE.matcher(value).matches(),
                "arn:<partition>:iam::<account of this registry>:role/weir/<name>");
        Matcher role = ROLE.matcher(arn);
        return new WebIdentityRequest(
                arn,
                role.matches() ? role.group(1) : "",
                form.get(
                        "RoleSessionName",
                        value -> SESSION.matcher(value).matches(),
                        "2 to 64 letters, digits and _ + = , . @ -"),
                form.get(
                        "WebIdentityToken",
                        value -> value.length() <= MAX_TOKEN
                                && TOKEN.matcher(value).matches(),
                        "a JWT or a k8s-aws-v1 token of 4 to " + MAX_TOKEN + " characters"),
                life(form));
    }

    private static Duration life(StsForm form) {
        if (form.find("DurationSeconds").isEmpty()) {
            return Duration.ofSeconds(USUAL_SECONDS);
        }
        return Duration.ofSeconds(Integer.parseInt(form.get(
                "DurationSeconds",
                value -> SECONDS.matcher(value).matches()
                        && Integer.parseInt(value) >= 900
                        && Integer.parseInt(value) <= 43_200,
                "a number from 900 to 43200")));
    }

    @Override
    public String toString() {
        return "WebIdentityRequest[" + roleName + ", " + sessionName + "]";
    }
}
