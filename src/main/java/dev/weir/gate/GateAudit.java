package dev.weir.gate;

import dev.weir.access.policy.Decision;
import dev.weir.audit.AuditLine;
import java.time.Instant;

/**
 * One line for each decision that is not simply a pull of what is cached.
 *
 * <p>Shape: {@code principal=weir:user/ci action=ecr:BatchGetImage image=up/app:1 decision=DENIED by="statement 0 of …"}; decisions are
 * DENIED, HELD, WOULD_HOLD, HELD_NEWER, AS_OF, IMPORTED and QUARANTINE_OVERRIDDEN.
 *
 * @param denials whether the first two are told of: not where Weir only looks for what may be had
 */
record GateAudit(String principal, boolean denials) {

    void denied(PullAction action, String what, String by) {
        if (denials) {
            write(action, what, "DENIED", by);
        }
    }

    void held(String what, Decision decision, Image image) {
        if (denials) {
            write(PullAction.GET_MANIFEST, what, "HELD", decision.by() + ", first seen " + image.firstSeen());
        }
    }

    void heldNewer(String what, Decision decision, Image served) {
        write(PullAction.GET_MANIFEST, what, "HELD_NEWER", decision.by() + ", served " + served.digest());
    }

    void asOf(String what, Instant moment, Image served) {
        write(PullAction.GET_MANIFEST, what, "AS_OF", moment + ", served " + served.digest());
    }

    void wouldHold(PullAction action, String what, Decision decision) {
        write(action, what, "WOULD_HOLD", decision.by());
    }

    /** A line only where a release is why. */
    void served(PullAction action, String what, Judgement judgement) {
        if (judgement.kind() == Judgement.Kind.RELEASED) {
            write(action, what, "QUARANTINE_OVERRIDDEN", judgement.decision().by());
        }
    }

    void imported(String what) {
        write(PullAction.IMPORT, what, "IMPORTED", "");
    }

    private void write(PullAction action, String what, String decision, String by) {
        AuditLine.of(principal)
                .and("action", action)
                .and("image", what)
                .and("decision", decision)
                .and("by", by)
                .write();
    }
}
