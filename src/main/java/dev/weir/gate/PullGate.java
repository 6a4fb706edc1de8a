package dev.weir.gate;

import dev.weir.access.Principal;
import dev.weir.access.policy.Decision;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.CacheOnlyRepository;
import dev.weir.rules.Repository;
import dev.weir.rules.UpstreamRepository;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one principal may have. Asked before anything is looked up, and again when it is known which image it would be.
 *
 * <p>Errors: {@link RegistryException} DENIED that names the action, the image and the statement, and when it is served if that is a
 * matter of time; {@code StoreException}.
 */
public final class PullGate {
    private final Gatekeeper parts;
    private final Principal principal;
    private final GateAudit audit;
    private final Denials denials;
    private final ImageGate images;
    private final TagGate tagGate;
    private final Map<RepositoryName, RepositoryPolicy> known = new HashMap<>();

    PullGate(Gatekeeper parts, Principal principal) {
        this(parts, principal, new GateAudit(principal.name(), true));
    }

    private PullGate(Gatekeeper parts, Principal principal, GateAudit audit) {
        this.parts = parts;
        this.principal = principal;
        this.audit = audit;
        this.denials = new Denials(audit);
        this.images = new ImageGate(parts, denials);
        this.tagGate = new TagGate(parts, denials);
    }

    /** The same for what nobody has asked for: the audit log isn't told what is denied. */
    public PullGate looking() {
        return new PullGate(parts, principal, new GateAudit(principal.name(), false));
    }

    public Principal principal() {
        return principal;
    }

    /** Of one snapshot of the policies for the whole request, however often it is asked for. */
    private RepositoryPolicy policy(Repository repository) {
        return known.computeIfAbsent(repository.name(), name -> parts.policy(repository, principal));
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /** The repository as the principal may use it: without an upstream for whoever may not make Weir fetch. */
    public Repository open(Repository repository, Optional<Reference> reference) {
        if (!(repository instanceof UpstreamRepository cached)) {
            return repository;
        }
        Decision decision = mayFetch(policy(repository), reference);
        return decision.isAllowed()
                ? cached
                : new CacheOnlyRepository(
                        cached, denials.message(PullAction.IMPORT, Denials.what(repository, reference), decision));
    }

    /** Whoever may not pull what isn't cached has nothing fetched either. */
    private Decision mayFetch(RepositoryPolicy policy, Optional<Reference> reference) {
        if (reference.isEmpty()) {
            return policy.decide(PullAction.IMPORT, now());
        }
        Decision decision = policy.decide(PullAction.IMPORT, reference.get(), Held.NOT_HELD, now());
        return decision.isAllowed() && policy.looksAtCache()
                ? policy.decide(PullAction.GET_MANIFEST, reference.get(), Held.NOT_HELD, now())
                : decision;
    }

    /** Whether the action is allowed in the repository. */
    public void require(PullAction action, Repository repository) {
        Decision decision = policy(repository).decide(action, now());
        if (!decision.isAllowed()) {
            throw denials.denied(action, repository.name().value(), decision);
        }
    }

    /** Whether a pull can come to anything: nothing is fetched for a pull that is denied whatever is fetched. */
    public void requirePull(Repository repository, Reference reference) {
        RepositoryPolicy policy = policy(repository);
        if (policy.looksAtDigests()) {
            return;
        }
        Decision decision = policy.decide(PullAction.GET_MANIFEST, reference, Held.HELD, now());
        if (!decision.isAllowed()) {
            throw denials.denied(PullAction.GET_MANIFEST, Denials.what(repository, Optional.of(reference)), decision);
        }
    }

    /** Which digest to serve for a tag that points at this one. */
    public Choice choose(Repository repository, Tag tag, Digest pointer, Held held) {
        return tagGate.choose(repository, policy(repository), tag, pointer, held);
    }

    /** The moment at which the repository's rule means tags. */
    public Optional<Instant> asOf(Repository repository) {
        return GateSettings.of(repository).asOf();
    }

    /** Which digest to serve for a tag as it was at a moment. */
    public Choice choose(Repository repository, Tag tag, Instant asOf) {
        return tagGate.choose(repository, policy(repository), tag, asOf);
    }

    /** Whether a manifest may be served by its digest. */
    public Choice requireManifest(Repository repository, Digest digest, Held held) {
        return images.requireManifest(repository, policy(repository), digest, held);
    }

    /** Whether a blob may be served: through a manifest that may be. */
    public void requireBlob(Repository repository, Digest digest) {
        require(PullAction.GET_BLOB, repository);
        images.requireBlob(repository, policy(repository), digest);
    }

    /** Notes what the manifest names, where that counts: it is asked for next. */
    public void served(Repository repository, Manifest manifest) {
        if (policy(repository).looksAtImages()) {
            parts.sightings().link(repository, manifest, now());
        }
    }

    /** Notes that the principal made Weir fetch. */
    public void imported(Repository repository, Reference reference) {
        audit.imported(Denials.what(repository, Optional.of(reference)));
    }

    /**
     * Notes what was denied otherwise than by this gate.
     *
     * @param why for the audit log
     */
    public void denied(PullAction action, Repository repository, Reference reference, String why) {
        PullAction denied = repository instanceof CacheOnlyRepository ? PullAction.IMPORT : action;
        audit.denied(denied, Denials.what(repository, Optional.of(reference)), why);
    }

    /** Whether a list shows the repository: its rule lets something of it be pulled, and the principal may list it. */
    public boolean sees(RepositoryName name, Optional<Repository> repository) {
        return repository.flatMap(Repository::denial).isEmpty()
                && parts.policy(name, repository, principal)
                        .decide(PullAction.LIST_TAGS, now())
                        .isAllowed();
    }

    /** Those of the repository's tags that may be pulled, as far as their names tell. */
    public List<Tag> seen(Repository repository, List<Tag> tags) {
        RepositoryPolicy policy = policy(repository);
        if (!policy.looksAtTags() || policy.looksAtDigests()) {
            return tags;
        }
        return tags.stream()
                .filter(tag -> policy.decide(PullAction.GET_MANIFEST, tag, Held.HELD, now())
                        .isAllowed())
                .toList();
    }
}
