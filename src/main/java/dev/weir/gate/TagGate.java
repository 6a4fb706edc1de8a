package dev.weir.gate;

import dev.weir.access.policy.Decision;
import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.TagMove;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says which digest a tag means: what it points at, or the latest of its history that the policies serve. */
record TagGate(Gatekeeper parts, Denials denials) {
    /** How many moves of a tag are read first, and at most. A week of hourly moves is 168. */
    private static final List<Integer> HISTORY = List.of(200, 5_000);

    /** @param pointer what the tag points at now */
    Choice choose(Repository repository, RepositoryPolicy policy, Tag tag, Digest pointer, Held held) {
        if (!policy.looksAtImages()) {
            return Choice.of(pointer);
        }
        Instant now = parts.clock().instant();
        String what = Denials.what(repository, Optional.of(tag));
        Image current = Image.of(pointer, Optional.of(tag), parts.sightings().firstSeen(repository, pointer, now));
        Judgement judgement = policy.judge(current, held, now);
        if (denials.isServed(PullAction.GET_MANIFEST, repository, what, judgement)) {
            return judgement.isServed() ? Choice.of(pointer) : Choice.of(pointer, Choice.WOULD_HOLD);
        }
        Found found = find(repository, policy, tag, now, now);
        if (found.served().isPresent()) {
            denials.audit().heldNewer(what, judgement.decision(), found.served().get());
            return served(policy, what, found.served().get(), now, Choice.HELD_NEWER);
        }
        if (judgement.kind() == Judgement.Kind.DENIED) {
            throw denials.denied(PullAction.GET_MANIFEST, what, judgement.decision());
        }
        List<Image> waiting = found.images().isEmpty() ? List.of(current) : found.images();
        throw denials.held(what, judgement.decision(), current, Selection.freeAt(policy, waiting, now), now);
    }

    /** The same, of what the tag pointed at at a moment or before. */
    Choice choose(Repository repository, RepositoryPolicy policy, Tag tag, Instant asOf) {
        Instant now = parts.clock().instant();
        String what = Denials.what(repository, Optional.of(tag));
        Found found = find(repository, policy, tag, asOf, now);
        if (found.served().isPresent()) {
            denials.audit().asOf(what, asOf, found.served().get());
            return served(policy, what, found.served().get(), now, Choice.AS_OF);
        }
        if (found.images().isEmpty()) {
            throw new RegistryException(
                    ErrorCode.MANIFEST_UNKNOWN,
                    "resolve " + what + " as of " + asOf + ": this Weir had not seen the tag by then");
        }
        Image latest = found.images().get(0);
        Decision decision = policy.judge(latest, Held.HELD, now).decision();
        throw denials.held(what, decision, latest, Selection.freeAt(policy, found.images(), now), now);
    }

    private Choice served(RepositoryPolicy policy, String what, Image image, Instant now, String detail) {
        denials.audit().served(PullAction.GET_MANIFEST, what, policy.judge(image, Held.HELD, now));
        return Choice.of(image.digest(), detail);
    }

    /** @param images what the tag has pointed at, latest first */
    private record Found(List<Image> images, Optional<Image> served) {}

    private Found find(Repository repository, RepositoryPolicy policy, Tag tag, Instant until, Instant now) {
        List<Image> images = List.of();
        for (int limit : HISTORY) {
            List<TagMove> moves = parts.tags().history(repository.name(), tag, limit);
            images = Selection.images(
                    tag,
                    moves.stream().filter(move -> !move.at().isAfter(until)).toList());
            Optional<Image> served = Selection.latestServed(policy, images, now);
            if (served.isPresent() || moves.size() < limit) {
                return new Found(images, served);
            }
        }
        return new Found(images, Optional.empty());
    }
}
