package dev.weir.access.policy;

import java.util.List;

/**
 * IAM's rule: what a statement denies is denied; else what a statement allows is allowed; all else is denied.
 *
 * <p>Source: IAM user guide, "Policy evaluation logic" for resource-based policies of one account.
 */
public final class PolicyEvaluator {
    private PolicyEvaluator() {}

    /** Which statements allow an action; all of them can deny it. */
    public enum AllowedBy {
        /** Those whose actions match, with wildcards too. */
        ANY_MATCH,
        /** Those that write the action out in full: {@code ecr:*} does not allow it, and nor does {@code NotAction}. */
        ITS_FULL_NAME
    }

    /** The order of the documents does not matter, but for which statement is named. */
    public static Decision decide(List<PolicyDocument> documents, AccessRequest request) {
        return decide(documents, request, AllowedBy.ANY_MATCH);
    }

    /** The same of an action that not every statement may allow. */
    public static Decision decide(List<PolicyDocument> documents, AccessRequest request, AllowedBy allowedBy) {
        Decision decision = Decision.NOT_ALLOWED;
        for (PolicyDocument document : documents) {
            for (Statement statement : document.statements()) {
                boolean allows = !decision.isAllowed()
                        && (allowedBy == AllowedBy.ANY_MATCH || statement.namesInFull(request.action()));
                boolean counts = statement.effect() == Statement.Effect.DENY || allows;
                if (counts && statement.appliesTo(request)) {
                    String by = "statement " + statement.name() + " of the " + document.label();
                    if (statement.effect() == Statement.Effect.DENY) {
                        return new Decision(Decision.Outcome.EXPLICIT_DENY, by);
                    }
                    decision = new Decision(Decision.Outcome.ALLOWED, by);
                }
            }
        }
        return decision;
    }
}
