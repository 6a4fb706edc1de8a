package dev.weir.control;

import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Tag;
import dev.weir.rules.Repository;
import dev.weir.store.RepositoryImages;
import dev.weir.store.TagMove;
import dev.weir.store.TagStore;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the images that calls mean among those that a repository holds.
 *
 * <p>Beside what ECR knows, {@code latest~1} is what {@code latest} pointed at before its last move, {@code latest~2} what it pointed
 * at before that, and {@code latest~*} all of them. No tag holds a {@code ~}.
 */
public final class HeldImages {
    private static final Pattern EARLIER = Pattern.compile("([^~]+)~([1-9][0-9]?|\\*)");

    private final TagStore tags;
    private final RepositoryImages images;

    public HeldImages(TagStore tags, RepositoryImages images) {
        this.tags = tags;
        this.images = images;
    }

    /**
     * What an id leads to.
     *
     * @param digests empty when there is a failure; several for {@code ~*} only
     * @param tag that the id names and that points at the digest
     * @param named the tag that the id names, whether it points at an image now or did so before; empty where none is held
     */
    record Found(List<Digest> digests, Optional<Tag> tag, Optional<Tag> named, Optional<ImageFailure> failure) {
        private static Found failed(ImageFailure failure) {
            return new Found(List.of(), Optional.empty(), Optional.empty(), Optional.of(failure));
        }

        Optional<Digest> digest() {
            return digests.stream().findFirst();
        }
    }

    Found find(Repository repository, ImageId id) {
        Optional<Digest> digest;
        try {
            digest = id.digest().map(Digest::parse);
        } catch (MalformedValueException e) {
            return Found.failed(new ImageFailure(id, "InvalidImageDigest", String.valueOf(e.getMessage())));
        }
        if (id.tag().isPresent()) {
            return byTag(repository, id, id.tag().get(), digest);
        }
        if (digest.isEmpty()) {
            return Found.failed(new ImageFailure(id, "MissingDigestAndTag", "give an imageDigest or an imageTag"));
        }
        return images.manifest(repository, digest.get()).isPresent()
                ? new Found(List.of(digest.get()), Optional.empty(), Optional.empty(), Optional.empty())
                : Found.failed(ImageFailure.notFound(id));
    }

    private Found byTag(Repository repository, ImageId id, String name, Optional<Digest> digest) {
        Matcher earlier = EARLIER.matcher(name);
        boolean isEarlier = earlier.matches();
        Tag tag;
        try {
            tag = Tag.parse(isEarlier ? earlier.group(1) : name);
        } catch (MalformedValueException e) {
            return Found.failed(new ImageFailure(id, "InvalidImageTag", String.valueOf(e.getMessage())));
        }
        List<Digest> found = isEarlier ? earlier(repository, tag, earlier.group(2)) : now(repository, tag);
        if (found.isEmpty()) {
            return Found.failed(ImageFailure.notFound(id));
        }
        if (digest.isPresent() && !found.contains(digest.get())) {
            ImageFailure failure = new ImageFailure(
                    id, "ImageTagDoesNotMatchDigest", "The tag '" + name + "' points at " + found.get(0));
            return new Found(List.of(), Optional.empty(), Optional.of(tag), Optional.of(failure));
        }
        return new Found(found, isEarlier ? Optional.empty() : Optional.of(tag), Optional.of(tag), Optional.empty());
    }

    private List<Digest> now(Repository repository, Tag tag) {
        return tags.find(repository, tag).found().stream()
                .map(cached -> cached.digest())
                .toList();
    }

    /** Those that are held still. */
    private List<Digest> earlier(Repository repository, Tag tag, String which) {
        List<Digest> before = tags.history(repository.name(), tag).stream()
                .skip(1)
                .map(TagMove::digest)
                .toList();
        if (which.equals("*")) {
            return before.stream()
                    .distinct()
                    .filter(digest -> images.manifest(repository, digest).isPresent())
                    .toList();
        }
        int index = Integer.parseInt(which) - 1;
        return before.stream()
                .skip(index)
                .limit(1)
                .filter(digest -> images.manifest(repository, digest).isPresent())
                .toList();
    }
}
