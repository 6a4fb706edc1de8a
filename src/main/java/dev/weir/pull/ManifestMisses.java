package dev.weir.pull;

import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheEvent;
import dev.weir.event.CacheEvents;
import dev.weir.fill.BlobFiller;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.SideThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes with manifests that are not cached: each must have room in a budget, and its blobs are asked for as soon as it is here. */
public final class ManifestMisses {
    private final CacheEvents events;
    private final PullBudget budget;
    private final BlobFiller filler;
    private final SideThreads side;
    private final int maxPrefetched;

    /**
     * @param maxPrefetched how many blobs of one manifest are requested ahead; those beyond are filled when they are asked for
     */
    public ManifestMisses(
            CacheEvents events, PullBudget budget, BlobFiller filler, SideThreads side, int maxPrefetched) {
        this.events = events;
        this.filler = filler;
        this.budget = budget;
        this.side = side;
        this.maxPrefetched = maxPrefetched;
    }

    /** That of one request, if it comes to it. */
    Miss of(String principal, Reference reference) {
        return new Miss(principal, reference);
    }

    /** Not for several threads. */
    final class Miss {
        private final String principal;
        private final Reference reference;
        private Optional<SideThreads.Begun<Boolean>> sent = Optional.empty();

        private Miss(String principal, Reference reference) {
            this.principal = principal;
            this.reference = reference;
        }

        /** The manifest is not cached, and may have to be fetched. */
        PullBudget.Admission begin(UpstreamRepository repository) {
            return budget.of(principal, repository);
        }

        /** The manifest was fetched for the first time: the events leave beside the caller, who goes on to link it. */
        void fetched(UpstreamRepository repository, Manifest manifest) {
            Optional<Tag> tag = reference instanceof Tag known ? Optional.of(known) : Optional.empty();
            send(repository, manifest, List.of(CacheAction.firstCached(repository, tag, manifest.digest())));
        }

        /** The manifest is in place of another; nothing is done when it was fetched for the first time. */
        void moved(UpstreamRepository repository, Manifest manifest) {
            send(repository, manifest, List.of());
        }

        private void send(UpstreamRepository repository, Manifest manifest, List<CacheEvent> more) {
            List<Descriptor> blobs = manifest.links().blobs();
            filler.expect(blobs);
            List<CacheEvent> news = new ArrayList<>();
            (repository.rule().isPrefetching() ? blobs : List.<Descriptor>of())
                    .stream()
                            .map(Descriptor::digest)
                            .distinct()
                            .limit(maxPrefetched)
                            .forEach(digest -> news.add(BlobFillRequest.first(repository, digest)));
            news.addAll(more);
            if (sent.isEmpty() && !news.isEmpty()) {
                sent = Optional.of(side.begin(() -> events.send(news)));
            }
        }

        /** All events have left: a function does nothing more once it has answered. */
        void end() {
            sent.ifPresent(SideThreads.Begun::result);
        }
    }
}
