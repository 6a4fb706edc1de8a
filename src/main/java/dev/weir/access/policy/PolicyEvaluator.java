package dev.weir.access.policy;

import java.util.List;

/**
 * IAM's rule: what a statement denies is denied; else what a statement allows is allowed; all else is denied.
 *
 * <p>Source: IAM user guide, "Policy evaluation logic" for resource-based policies of one account.
 */
public final class PolicyEvaluator {
    private PolicyEvaluator() {}

    /** The order of the documents does not matter, but for which statement is named. */
    public static Decision decide(List<PolicyDocument> documents, AccessRequest request) {
        Decision decision = Decision.NOT_ALLOWED;
        for (PolicyDocument document : documents) {
            for (Statement statement : document.statements()) {
                boolean counts = statement.effect() == Statement.Effect.DENY || !decision.isAllowed();
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
