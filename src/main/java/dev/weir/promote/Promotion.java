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
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Links an image with all that it points at to a hosted repository. Nothing is copied, and nothing is asked of an upstream. All parts
 * are looked for before the first is linked; the image itself is linked last.
 *
 * <p>{@link #link} looks into all of this registry, so it is for those who may read all of it. {@link #linkFrom} takes the image, and
 * each that an index names, only from repositories in which the caller may read it, and its blobs only from those that hold it: a
 * digest known from elsewhere opens nothing, and no index brings along what is denied by itself.
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
        /** Whether an image and its blobs may be taken from a repository; empty when everything may be taken. */
        private final Optional<BiPredicate<Repository, Digest>> mayRead;

        /** Those that others point at come first. */
        private final Set<Manifest> manifests = new LinkedHashSet<>();

        private final Map<Digest, Long> blobs = new LinkedHashMap<>();
        private final Set<Digest> missingBlobs = new LinkedHashSet<>();
        private final Set<Digest> missingManifests = new LinkedHashSet<>();

        private Plan(Optional<BiPredicate<Repository, Digest>> mayRead) {
            this.mayRead = mayRead;
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
     * @param mayRead whether the caller may read an image and its blobs in a repository that holds it
     */
    public void linkFrom(BiPredicate<Repository, Digest> mayRead, HostedRepository repository, Manifest image) {
        link(new Plan(Optional.of(mayRead)), repository, image);
    }

    private void link(Plan plan, HostedRepository repository, Manifest image) {
        Optional<List<Repository>> sources = plan.mayRead.map(may -> holders(image.digest())
                .filter(holder -> may.test(holder, image.digest()))
                .toList());
        add(plan, repository, image, sources, 1);
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

    /** @param sources the repositories that the image's blobs may be taken from; empty when all may */
    private void add(
            Plan plan, HostedRepository repository, Manifest image, Optional<List<Repository>> sources, int depth) {
        plan.requireRoom(image, depth);
        for (Descriptor blob : image.links().blobs()) {
            addBlob(plan, blob.digest(), sources);
            plan.requireRoom(image, depth);
        }
        for (Descriptor child : image.links().manifests()) {
            Optional<List<Repository>> ofChild = sources.map(all -> readable(plan, repository, all, child.digest()));
            Optional<Manifest> found = ofChild.map(readable -> heldBy(readable.stream(), child.digest()))
                    .orElseGet(() -> find(repository, child));
            found.ifPresent(manifest -> add(plan, repository, manifest, ofChild, depth + 1));
            if (found.isEmpty()) {
                plan.missingManifests.add(child.digest());
            }
        }
        plan.manifests.add(image);
    }

    /** Of the repositories that the index was found in, and the one that it is put into, those that hold the child readably. */
    private List<Repository> readable(Plan plan, HostedRepository target, List<Repository> ofIndex, Digest child) {
        BiPredicate<Repository, Digest> mayRead = plan.mayRead.orElseThrow();
        return Stream.concat(ofIndex.stream(), Stream.of(target))
                .distinct()
                .filter(source -> manifests.find(source, child).found().isPresent() && mayRead.test(source, child))
                .toList();
    }

    private void addBlob(Plan plan, Digest digest, Optional<List<Repository>> sources) {
        if (!plan.blobs.containsKey(digest)) {
            boolean isReadable = sources.map(all -> all.stream()
                            .anyMatch(
                                    source -> links.blob(source, digest).found().isPresent()))
                    .orElse(true);
            OptionalLong size = isReadable ? contents.findSize(digest) : OptionalLong.empty();
            if (size.isPresent()) {
                plan.blobs.put(digest, size.getAsLong());
                plan.missingBlobs.remove(digest);
            } else {
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
