package dev.weir.access.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.access.Principal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Puts a new 12-hour password into each pull secret. Done every 6 hours, so the password that a service read last is good for at
 * least 6 hours more, also where one rotation fails.
 *
 * <p>Shape: {@code {"username":"AWS","password":"weir-v1.…"}}, as ECS and CodeBuild read it. The principal is {@code
 * weir:pull/<name>}.
 */
public final class PullSecretRotation {
    private static final Logger LOG = System.getLogger(PullSecretRotation.class.getName());
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_]{0,31}(-[a-z0-9_]{1,32}){0,3}");
    private static final String PRINCIPAL_PREFIX = "weir:pull/";

    private final SignedTokens tokens;
    private final PullSecrets secrets;
    private final List<String> names;

    /**
     * Errors: {@link IllegalArgumentException} for a name that is not allowed.
     *
     * @param names as the template's parameter {@code PullSecrets} lists them
     */
    public PullSecretRotation(SignedTokens tokens, PullSecrets secrets, List<String> names) {
        this.tokens = tokens;
        this.secrets = secrets;
        this.names = List.copyOf(names);
        names.stream().filter(name -> !NAME.matcher(name).matches()).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("PullSecrets has the name '" + name
                    + "': allowed are lower-case letters, digits, _ and -, at most 131 characters");
        });
    }

    /**
     * The number of secrets that have a new password. One that fails leaves the others alone.
     *
     * <p>Errors: {@link IllegalStateException} that names all that failed.
     */
    public int rotate() {
        List<String> failed = new ArrayList<>();
        for (String name : names) {
            try {
                secrets.put(name, text(name));
            } catch (IllegalStateException e) {
                LOG.log(Level.ERROR, "the pull secret {0} keeps its last password: {1}", name, e.getMessage());
                failed.add(name);
            }
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException(failed.size() + " of " + names.size()
                    + " pull secrets got no new password: " + String.join(", ", failed));
        }
        return names.size();
    }

    private String text(String name) {
        IssuedToken password = tokens.issue(
                TokenKind.PASSWORD, new Principal(PRINCIPAL_PREFIX + name, Map.of()), SignedTokens.LONGEST);
        return JsonNodeFactory.instance
                .objectNode()
                .put("username", TokenPasswords.USER)
                .put("password", password.text())
                .toString();
    }
}
