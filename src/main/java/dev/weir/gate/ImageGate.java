package dev.weir.gate;

import dev.weir.access.policy.Decision;
import dev.weir.oci.Digest;
import dev.weir.oci.RegistryException;
import dev.weir.rules.Repository;
import dev.weir.store.Sightings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges images that are asked for by digest. One that an index names is pulled with the index: it is as old as that, free when that
 * is released, and denied when that is. A blob is pulled with an image that names it.
 */
record ImageGate(Gatekeeper parts, Denials denials) {

    Choice requireManifest(Repository repository, RepositoryPolicy policy, Digest digest, Held held) {
        if (!policy.looksAtImages()) {
            return Choice.of(digest);
        }
        Instant now = parts.clock().instant();
        List<Image> images = images(repository, digest, List.of(digest), now);
        Judged best = best(policy, images, held, now);
        String what = repository.name() + "@" + digest;
        if (denials.isServed(PullAction.GET_MANIFEST, repository, what, best.judgement())) {
            return best.judgement().isServed() ? Choice.of(digest) : Choice.of(digest, Choice.WOULD_HOLD);
        }
        throw denial(PullAction.GET_MANIFEST, what, best, Selection.freeAt(policy, images, now), now);
    }

    private RegistryException denial(
            PullAction action, String what, Judged best, Optional<Instant> freeAt, Instant now) {
        Decision decision = best.judgement().decision();
        return best.judgement().kind() == Judgement.Kind.TOO_YOUNG
                ? denials.held(what, decision, best.image(), freeAt, now)
                : denials.denied(action, what, decision);
    }

    void requireBlob(Repository repository, RepositoryPolicy policy, Digest blob) {
        if (!policy.looksAtImages()) {
            return;
        }
        Instant now = parts.clock().instant();
        String what = repository.name() + "@" + blob;
        List<Image> images = new ArrayList<>();
        for (Sightings.Parent parent : parts.sightings().parents(repository, blob)) {
            List<Image> more = images(repository, parent.digest(), List.of(blob, parent.digest()), now);
            if (best(policy, more, Held.HELD, now).judgement().kind() == Judgement.Kind.ALLOWED) {
                return;
            }
            images.addAll(more);
        }
        if (images.isEmpty()) {
            throw denials.ofUnknownAge(what);
        }
        Judged best = best(policy, images, Held.HELD, now);
        if (!denials.isServed(PullAction.GET_BLOB, repository, what, best.judgement())) {
            throw denial(PullAction.GET_BLOB, what, best, Selection.freeAt(policy, images, now), now);
        }
    }

    /** An image, and what is said to its pull. */
    private record Judged(Image image, Judgement judgement) {}

    /** The one that is said most to the good of; of several those that come first. */
    private static Judged best(RepositoryPolicy policy, List<Image> images, Held held, Instant now) {
        return images.stream()
                .map(image -> new Judged(image, policy.judge(image, held, now)))
                .min((one, other) ->
                        one.judgement().kind().compareTo(other.judgement().kind()))
                .orElseThrow();
    }

    /** A manifest alone, where no index names it; else with each index that does. */
    private List<Image> images(Repository repository, Digest manifest, List<Digest> digests, Instant now) {
        Instant firstSeen = parts.sightings().firstSeen(repository, manifest, now);
        List<Sightings.Parent> indexes = parts.sightings().parents(repository, manifest);
        if (indexes.isEmpty()) {
            return List.of(new Image(digests, Optional.empty(), firstSeen, Optional.empty()));
        }
        List<Image> images = new ArrayList<>();
        for (Sightings.Parent index : indexes) {
            List<Digest> all = new ArrayList<>(digests);
            all.add(index.digest());
            Instant first = index.firstSeen().isBefore(firstSeen) ? index.firstSeen() : firstSeen;
            images.add(new Image(all, Optional.empty(), first, index.platform()));
        }
        return images;
    }
}
