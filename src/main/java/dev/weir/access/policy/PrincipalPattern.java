package dev.weir.access.policy;

import dev.weir.oci.Glob;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a statement is about.
 *
 * @param names of principals; the account's number or its {@code root} ARN stands for all principals of the account
 * @param providers of identities, such as {@code token.actions.githubusercontent.com}
 */
record PrincipalPattern(List<Predicate<String>> names, List<Glob> providers) {
    /** The key in which an identity says who vouches for it. */
    static final String PROVIDER_KEY = "aws:FederatedProvider";

    private static final Pattern ACCOUNT = Pattern.compile("(?:arn:aws[a-z-]*:iam::)?([0-9]{12})(?::root)?");

    boolean matches(AccessRequest request) {
        return names.stream().anyMatch(name -> name.test(request.principal().name()))
                || providers.stream().anyMatch(provider -> request.values(PROVIDER_KEY).stream()
                        .anyMatch(provider::matches));
    }

    /** The principals that {@code AWS} or a bare name stands for. */
    static Predicate<String> named(String name) {
        Matcher account = ACCOUNT.matcher(name);
        if (account.matches()) {
            return ArnPattern.parse("arn:aws*:iam::" + account.group(1) + ":*")::matches;
        }
        return name.startsWith("arn:") ? ArnPattern.parse(name)::matches : new Glob(name)::matches;
    }
}
