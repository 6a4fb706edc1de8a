package dev.weir.control;

import dev.weir.access.policy.Decision;
import dev.weir.access.policy.PolicyEvaluator.AllowedBy;
import dev.weir.gate.OperationGate;
import dev.weir.gate.OperationGate.Target;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import java.util.Optional;
import java.util.Set;

/**
 * Which callers may run which operations. What a control key may do, its role says. What a derived caller may do, the policies say:
 * the action is {@code ecr:<Operation>}, the resource the repository, the rule, or {@code *} for the registry as a whole.
 *
 * <p>Whoever may write policies, rules or their settings may give himself more. So these need a statement that writes the action out
 * in full, and so does every operation that changes something and is not known here to be harmless: a repository that is deleted loses
 * its policy and what is known of its images' ages, one that is created gets no policy of its template, and a tag that was fixed
 * can be moved once its repository's mutability is changed.
 */
public final class OperationAccess {
    private static final String TOKEN = "GetAuthorizationToken";
    private static final String TAG = "TagResource";
    /** Operations that change nothing that was there: what is asked for may be fetched, as a pull fetches it. */
    private static final Set<String> ALSO_READ = Set.of("BatchGetImage", "BatchCheckLayerAvailability");

    /** Changes of content, and of what nothing is decided by: nobody may do more after them than before. */
    private static final Set<String> BY_WILDCARD_TOO = Set.of(
            "PutImage",
            "BatchDeleteImage",
            "PutImageScanningConfiguration",
            "PutLifecyclePolicy",
            "DeleteLifecyclePolicy",
            "BatchGetRepositoryScanningConfiguration");

    private final OperationGate gate;
    private final OperationTargets targets;

    public OperationAccess(OperationGate gate, OperationTargets targets) {
        this.gate = gate;
        this.targets = targets;
    }

    /** Errors: AccessDeniedException that names the caller, the action, the resource, and the statement that says so. */
    void require(EcrCall call) {
        switch (call.caller().role()) {
            case ADMIN -> {}
            case READ -> {
                if (!reads(call.operation())) {
                    throw denied(call, call.operation(), "", "the key's role is read, ask for one of role admin");
                }
            }
            case DERIVED -> requireByPolicy(call);
        }
    }

    private void requireByPolicy(EcrCall call) {
        for (Target target : targets.of(call)) {
            require(call, call.operation(), target, "");
            if (call.operation().equals("CreateRepository")
                    && !call.input().path("tags").isEmpty()) {
                require(call, TAG, target, "");
            }
        }
    }

    /**
     * The same of an image that the operation changes, which the call may name in another way or not at all.
     *
     * @param tag that goes with it; whoever is denied isn't told which
     */
    void requireImage(EcrCall call, Digest image, Optional<Tag> tag) {
        if (call.caller().isDerived()) {
            for (Target target : targets.named(call)) {
                Target known = target.of(Optional.of(image.toString()), tag.map(Tag::value));
                require(call, call.operation(), known, ", of image " + image + " with the tags that it has");
            }
        }
    }

    private void require(EcrCall call, String operation, Target target, String of) {
        AllowedBy allowedBy = isNamed(operation) ? AllowedBy.ITS_FULL_NAME : AllowedBy.ANY_MATCH;
        Decision decision = gate.decide(call.caller().principal(), "ecr:" + operation, target, allowedBy);
        switch (decision.outcome()) {
            case ALLOWED -> {}
            case EXPLICIT_DENY ->
                throw denied(call, operation, target.arn(), "with an explicit deny: " + decision.by() + of);
            case IMPLICIT_DENY -> {
                // Whoever is let in may ask for a password that lets him in.
                if (!operation.equals(TOKEN)) {
                    String how = isNamed(operation) ? ", which has to name this action in full" : "";
                    throw denied(call, operation, target.arn(), decision.by() + how + of);
                }
            }
        }
    }

    private static EcrException denied(EcrCall call, String operation, String arn, String why) {
        String on = arn.isEmpty() ? "" : " on resource: " + arn;
        call.audited()
                .and("action", "ecr:" + operation)
                .and("target", arn)
                .and("decision", "DENIED")
                .and("by", why)
                .write();
        return new EcrException(
                EcrException.Code.ACCESS_DENIED,
                "User: " + call.caller().principal() + " is not authorized to perform: ecr:" + operation + on + ": "
                        + why);
    }

    private static boolean isNamed(String operation) {
        return operation.equals("ValidatePullThroughCacheRule")
                || !(reads(operation) || BY_WILDCARD_TOO.contains(operation));
    }

    private static boolean reads(String operation) {
        return operation.startsWith("Describe")
                || operation.startsWith("Get")
                || operation.startsWith("List")
                || operation.startsWith("Validate")
                || ALSO_READ.contains(operation);
    }
}
