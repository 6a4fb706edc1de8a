package dev.weir.promote;

import dev.weir.fill.RepositoryManifests;
import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Manifest;
import dev.weir.oci.ManifestContent;
import dev.weir.rules.HostedRepository;
import dev.weir.rules.Repository;
import dev.weir.rules.Rules;
import dev.weir.store.ContentStore;
import dev.weir.store.RepositoryLinks;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Links an image with all that it points at to a hosted repository. Nothing is copied, and nothing is asked of an upstream. All parts
 * are looked for before the first is linked; the image itself is linked last.
 *
 * <p>{@link #link} looks into all of this registry, so it is for those who may read all of it. {@link #linkFrom} takes only what the
 * repositories hold together with the image, of those that the caller may read: a digest known from elsewhere opens nothing.
 */
public final class Promotion {
    /** Each is looked for in the content store. */
    private static final int MAX_PARTS = 1_000;

    private static final int MAX_DEPTH = 4;
    private static final int MAX_HOLDERS = 50;

    private final RepositoryLinks links;
    private final RepositoryManifests manifests;
    private final ContentStore contents;
    private final Rules rules;

    public Promotion(RepositoryLinks links, RepositoryManifests manifests, ContentStore contents, Rules rules) {
        this.links = links;
        this.manifests = manifests;
        this.contents = contents;
        this.rules = rules;
    }

    /** What is to be linked. */
    private static final class Plan {
        /** The only repositories whose content counts; empty when that of all does. */
        private final Optional<List<Repository>> sources;

        /** Those that others point at come first. */
        private final Set<Manifest> manifests = new LinkedHashSet<>();

        private final Map<Digest, Long> blobs = new LinkedHashMap<>();
        private final Set<Digest> missingBlobs = new LinkedHashSet<>();
        private final Set<Digest> missingManifests = new LinkedHashSet<>();

        private Plan(Optional<List<Repository>> sources) {
            this.sources = sources;
        }

        private void requireRoom(Manifest image, int depth) {
            if (manifests.size() + blobs.size() > MAX_PARTS || depth > MAX_DEPTH) {
                throw new IllegalArgumentException("image " + image.digest() + " has more than " + MAX_PARTS
                        + " parts, or indexes within indexes deeper than " + MAX_DEPTH);
            }
        }
    }

    /**
     * Links the image; does the same again when it is done again.
     *
     * <p>Errors: {@link MissingContentException}, {@link IllegalArgumentException} when the image has too many parts.
     */
    public void link(HostedRepository repository, Manifest image) {
        link(new Plan(Optional.empty()), repository, image);
    }

    /**
     * The same of what may be read.
     *
     * @param mayRead whether the caller may read the image and its parts in a repository that holds it
     */
    public void linkFrom(Predicate<Repository> mayRead, HostedRepository repository, Manifest image) {
        List<Repository> sources = Stream.concat(
                        Stream.of(repository), holders(image.digest()).filter(mayRead))
                .toList();
        link(new Plan(Optional.of(sources)), repository, image);
    }

    private void link(Plan plan, HostedRepository repository, Manifest image) {
        add(plan, repository, image, 1);
        if (!plan.missingManifests.isEmpty()) {
            throw new MissingContentException(MissingContentException.Part.MANIFESTS, plan.missingManifests);
        }
        if (!plan.missingBlobs.isEmpty()) {
            throw new MissingContentException(MissingContentException.Part.LAYERS, plan.missingBlobs);
        }
        plan.blobs.forEach((digest, size) -> links.putBlob(repository, digest, size));
        for (Manifest manifest : plan.manifests) {
            manifests.put(repository, manifest);
            manifest.links()
                    .subject()
                    .ifPresent(subject -> links.putReferrer(repository, subject.digest(), manifest.digest()));
        }
    }

    private void add(Plan plan, HostedRepository repository, Manifest image, int depth) {
        plan.requireRoom(image, depth);
        for (Descriptor blob : image.links().blobs()) {
            addBlob(plan, blob.digest());
            plan.requireRoom(image, depth);
        }
        for (Descriptor child : image.links().manifests()) {
            Optional<Manifest> found = plan.sources
                    .map(sources -> heldBy(sources.stream(), child.digest()))
                    .orElseGet(() -> find(repository, child));
            found.ifPresent(manifest -> add(plan, repository, manifest, depth + 1));
            if (found.isEmpty()) {
                plan.missingManifests.add(child.digest());
            }
        }
        plan.manifests.add(image);
    }

    private void addBlob(Plan plan, Digest digest) {
        if (!plan.blobs.containsKey(digest)) {
            boolean isReadable = plan.sources
                    .map(sources -> sources.stream()
                            .anyMatch(
                                    source -> links.blob(source, digest).found().isPresent()))
                    .orElse(true);
            OptionalLong size = isReadable ? contents.findSize(digest) : OptionalLong.empty();
            size.ifPresent(bytes -> plan.blobs.put(digest, bytes));
            if (size.isEmpty()) {
                plan.missingBlobs.add(digest);
            }
        }
    }

    private Optional<Manifest> find(HostedRepository repository, Descriptor child) {
        return held(repository, child.digest())
                .or(() -> heldBy(holders(child.digest()), child.digest()))
                .or(() -> stored(child));
    }

    private Stream<Repository> holders(Digest manifest) {
        return links.holdersOf(manifest, MAX_HOLDERS).stream()
                .flatMap(name -> rules.current().match(name).repository().stream());
    }

    private Optional<Manifest> heldBy(Stream<? extends Repository> repositories, Digest manifest) {
        return repositories
                .flatMap(repository -> held(repository, manifest).stream())
                .findFirst();
    }

    /** What is too large for a link's entry lies beside the blobs. */
    private Optional<Manifest> stored(Descriptor child) {
        OptionalLong size = contents.findSize(child.digest());
        if (size.isEmpty() || size.getAsLong() > Manifest.MAX_SIZE_BYTES) {
            return Optional.empty();
        }
        return contents.find(child.digest())
                .filter(bytes -> isManifest(child, bytes))
                .map(bytes -> new Manifest(child.mediaType(), child.digest(), bytes));
    }

    private static boolean isManifest(Descriptor child, byte[] bytes) {
        try {
            return ManifestContent.parse(bytes)
                    .typeSentAs(Optional.of(child.mediaType()))
                    .equals(child.mediaType());
        } catch (MalformedValueException e) {
            return false;
        }
    }

    private Optional<Manifest> held(Repository repository, Digest digest) {
        return manifests.find(repository, digest).found().flatMap(manifests::bytesOf);
    }
}
