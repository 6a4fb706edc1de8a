package dev.weir.gate;

import dev.weir.access.policy.Decision;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a principal is told that may not have something: the action, on what, and which statement says so. */
record Denials(GateAudit audit) {

    RegistryException denied(PullAction action, String what, Decision decision) {
        audit.denied(action, what, decision.by());
        return new RegistryException(ErrorCode.DENIED, message(action, what, decision));
    }

    /** @param freeAt when it is served, if it ever is */
    RegistryException held(String what, Decision decision, Image image, Optional<Instant> freeAt, Instant now) {
        audit.held(what, decision, image);
        String until = freeAt.map(at -> "served from " + at).orElse("not served at any age");
        return new RegistryException(
                ErrorCode.DENIED,
                message(PullAction.GET_MANIFEST, what, decision) + "; " + image.digest() + " was first seen "
                        + image.firstSeen() + ", " + until,
                freeAt.map(at -> Duration.between(now, at)),
                null);
    }

    /** Of a blob that policies about images bind, and that no image is known to name. */
    RegistryException ofUnknownAge(String what) {
        String why = "no manifest that was pulled here names it, so its age is not known";
        audit.denied(PullAction.GET_BLOB, what, why);
        return new RegistryException(
                ErrorCode.DENIED,
                "'" + audit.principal() + "' may not " + PullAction.GET_BLOB + " '" + what + "': " + why
                        + ": pull the image's manifest, then again");
    }

    /** Whether the image is served, if only because its rule does no more than observe; the audit log is told why. */
    boolean isServed(PullAction action, Repository repository, String what, Judgement judgement) {
        audit.served(action, what, judgement);
        boolean isObserved = GateSettings.of(repository).onlyObserves(judgement);
        if (isObserved) {
            audit.wouldHold(action, what, judgement.decision());
        }
        return judgement.isServed() || isObserved;
    }

    /** {@code repository:tag} or {@code repository@digest}. */
    static String what(Repository repository, Optional<Reference> reference) {
        return repository.name()
                + reference
                        .map(named -> (named instanceof Tag ? ":" : "@") + named)
                        .orElse("");
    }

    /** The words of both. */
    String message(PullAction action, String what, Decision decision) {
        return "'" + audit.principal() + "' may not " + action + " '" + what + "': " + decision.by();
    }
}
