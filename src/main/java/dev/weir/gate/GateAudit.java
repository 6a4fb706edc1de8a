package dev.weir.gate;

import dev.weir.access.policy.Decision;
import dev.weir.oci.Printable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * One line for each decision that is not simply a pull of what is cached.
 *
 * <p>Shape: {@code principal=weir:user/ci action=ecr:BatchGetImage image=up/app:1 decision=DENIED by="statement 0 of …"}; decisions are
 * DENIED, HELD, WOULD_HOLD, HELD_NEWER, IMPORTED and QUARANTINE_OVERRIDDEN.
 */
record GateAudit(String principal) {
    private static final Logger LOG = System.getLogger("dev.weir.audit");
    private static final int MAX_LENGTH = 300;

    void denied(PullAction action, String what, Decision decision) {
        write(action, what, "DENIED", decision.by());
    }

    void held(String what, Decision decision, Image image) {
        write(PullAction.GET_MANIFEST, what, "HELD", decision.by() + ", first seen " + image.firstSeen());
    }

    void heldNewer(String what, Decision decision, Image served) {
        write(PullAction.GET_MANIFEST, what, "HELD_NEWER", decision.by() + ", served " + served.digest());
    }

    void wouldHold(String what, Decision decision) {
        write(PullAction.GET_MANIFEST, what, "WOULD_HOLD", decision.by());
    }

    void overridden(String what, Decision decision) {
        write(PullAction.GET_MANIFEST, what, "QUARANTINE_OVERRIDDEN", decision.by());
    }

    void imported(String what) {
        write(PullAction.IMPORT, what, "IMPORTED", "");
    }

    private void write(PullAction action, String what, String decision, String by) {
        LOG.log(
                Level.INFO,
                "principal={0} action={1} image={2} decision={3} by=\"{4}\"",
                Printable.of(principal),
                action,
                Printable.of(what, MAX_LENGTH),
                decision,
                Printable.of(by, MAX_LENGTH));
    }
}
