package dev.weir.access.policy;

import dev.weir.oci.Glob;
import java.util.List;
import java.util.Locale;

/**
 * One statement of a policy. It applies when the principal, the action, the resource and all conditions match.
 *
 * @param name its Sid in quotes, or {@code 2} for the third statement where it has none
 * @param actions in lower case: IAM compares actions without their case
 * @param actionMatch whether these actions are meant, or all others
 */
record Statement(
        String name,
        Effect effect,
        PrincipalPattern principal,
        List<Glob> actions,
        ActionMatch actionMatch,
        List<ResourcePattern> resources,
        List<Condition> conditions) {

    /** What follows when it applies. */
    enum Effect {
        ALLOW,
        DENY
    }

    /** {@code Action} or {@code NotAction}. */
    enum ActionMatch {
        THESE,
        ALL_OTHERS
    }

    boolean appliesTo(AccessRequest request) {
        return isAbout(request.action())
                && resources.stream().anyMatch(resource -> resource.matches(request.resource()))
                && principal.matches(request)
                && conditions.stream().allMatch(condition -> condition.holds(request));
    }

    /** Whether the action stands among the actions as it is, not by a wildcard. */
    boolean namesInFull(String action) {
        String name = action.toLowerCase(Locale.ROOT);
        return actionMatch == ActionMatch.THESE
                && actions.stream().anyMatch(glob -> glob.pattern().equals(name));
    }

    private boolean isAbout(String action) {
        String name = action.toLowerCase(Locale.ROOT);
        boolean named = actions.stream().anyMatch(glob -> glob.matches(name));
        return named == (actionMatch == ActionMatch.THESE);
    }
}
