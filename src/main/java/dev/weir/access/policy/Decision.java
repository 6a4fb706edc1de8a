package dev.weir.access.policy;

/**
 * What the policies say to a request, and which statement said it.
 *
 * @param by such as {@code statement 'ProdOnlyOld' of the registry policy}; says that no statement allows it where none does
 */
public record Decision(Outcome outcome, String by) {

    /** As IAM names them. */
    public enum Outcome {
        ALLOWED,
        /** A statement denies it, and no statement that allows it counts. */
        EXPLICIT_DENY,
        /** No statement speaks of it. */
        IMPLICIT_DENY
    }

    static final Decision NOT_ALLOWED = new Decision(Outcome.IMPLICIT_DENY, "no statement allows it");

    public boolean isAllowed() {
        return outcome == Outcome.ALLOWED;
    }
}
