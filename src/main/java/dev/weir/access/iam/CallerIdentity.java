package dev.weir.access.iam;

import dev.weir.access.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What STS says of whoever has signed a token.
 *
 * @param account twelve digits
 * @param arn of a user, the root of an account, a federated user, or the session of a role
 * @param userId {@code AROA…:<session>}: tells a role that was made again from the one before
 */
public record CallerIdentity(String account, String arn, String userId) {
    private static final Pattern ARN = Pattern.compile(
            "arn:(aws[a-z-]*):(iam|sts)::([0-9]{12}):(user/|federated-user/|assumed-role/|root$)(.{0,600})");
    private static final Pattern SESSION = Pattern.compile("([\\w+=,.@-]{1,64})/([\\w+=,.@-]{1,64})");

    /**
     * Empty for an ARN of another partition or account, or of a shape that is not known.
     *
     * <p>Shape: {@code arn:aws:iam::<account>:role/<name>} for a session of a role. STS doesn't tell a role's path, so policies name
     * roles without it.
     */
    public Optional<Principal> principal(Partition partition) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()
                || !parts.group(1).equals(partition.id())
                || !parts.group(3).equals(account)) {
            return Optional.empty();
        }
        if (!parts.group(4).equals("assumed-role/")) {
            return Optional.of(principal(arn));
        }
        Matcher session = SESSION.matcher(parts.group(5));
        return session.matches()
                ? Optional.of(principal("arn:" + partition.id() + ":iam::" + account + ":role/" + session.group(1)))
                : Optional.empty();
    }

    private Principal principal(String principalArn) {
        return new Principal(
                principalArn,
                Map.of(
                        "aws:PrincipalArn", List.of(principalArn),
                        "aws:PrincipalAccount", List.of(account),
                        "aws:userid", List.of(userId)));
    }
}
