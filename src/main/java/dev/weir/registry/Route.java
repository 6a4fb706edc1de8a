package dev.weir.registry;

import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Printable;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path asks for. A repository name holds slashes and may hold the words of the API, so a path is read from its end.
 *
 * <p>Errors: {@link #parse} throws {@link RegistryException}: the spec's code for a malformed name, tag or digest; 404 for
 * a path that is not of the API.
 */
sealed interface Route {
    Pattern REFERENCED = Pattern.compile("/v2/(.+)/(manifests|blobs|referrers)/([^/]+)");
    /** A repository's name begins with a letter or digit, so {@code _wait} is none. */
    Pattern AWAITED = Pattern.compile("/v2/_wait/(.+)/blobs/([^/]+)");

    Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");

    /** Gives each route its answer: a route that is added without one does not compile. */
    interface Visitor<T> {
        T base();

        T manifest(RepositoryName repository, Reference reference);

        T blob(RepositoryName repository, Digest digest);

        T awaitedBlob(RepositoryName repository, Digest digest);

        T referrers(RepositoryName repository, Digest digest);

        T tags(RepositoryName repository);

        T catalog();
    }

    /** For logs. */
    String name();

    <T> T accept(Visitor<T> visitor);

    /** {@code /v2/}: is this a registry. */
    record Base() implements Route {
        @Override
        public String name() {
            return "base";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.base();
        }
    }

    record OfManifest(RepositoryName repository, Reference reference) implements Route {
        @Override
        public String name() {
            return "manifest";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.manifest(repository, reference);
        }
    }

    record OfBlob(RepositoryName repository, Digest digest) implements Route {
        @Override
        public String name() {
            return "blob";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.blob(repository, digest);
        }
    }

    /** {@code /v2/_wait/<name>/blobs/<digest>}: a blob that is being filled; Weir's own path, to which a pull is redirected. */
    record OfAwaitedBlob(RepositoryName repository, Digest digest) implements Route {
        @Override
        public String name() {
            return "wait";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.awaitedBlob(repository, digest);
        }

        static String path(RepositoryName repository, Digest digest) {
            return "/v2/_wait/" + repository + "/blobs/" + digest;
        }
    }

    record OfReferrers(RepositoryName repository, Digest digest) implements Route {
        @Override
        public String name() {
            return "referrers";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.referrers(repository, digest);
        }
    }

    record OfTags(RepositoryName repository) implements Route {
        @Override
        public String name() {
            return "tags";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.tags(repository);
        }
    }

    record OfCatalog() implements Route {
        @Override
        public String name() {
            return "catalog";
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.catalog();
        }
    }

    static Route parse(String path) {
        try {
            return parsed(path);
        } catch (MalformedValueException e) {
            throw new RegistryException(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private static Route parsed(String path) {
        if (path.equals("/v2") || path.equals("/v2/")) {
            return new Base();
        }
        if (path.equals("/v2/_catalog")) {
            return new OfCatalog();
        }
        Matcher awaited = AWAITED.matcher(path);
        if (awaited.matches()) {
            return new OfAwaitedBlob(RepositoryName.parse(awaited.group(1)), Digest.parse(awaited.group(2)));
        }
        Matcher tags = TAGS.matcher(path);
        if (tags.matches()) {
            return new OfTags(RepositoryName.parse(tags.group(1)));
        }
        Matcher referenced = REFERENCED.matcher(path);
        if (!referenced.matches()) {
            throw new RegistryException(
                    ErrorCode.NAME_UNKNOWN, "'" + Printable.of(path) + "' is not a path of the distribution API");
        }
        RepositoryName repository = RepositoryName.parse(referenced.group(1));
        String last = referenced.group(3);
        return switch (referenced.group(2)) {
            case "manifests" -> new OfManifest(repository, Reference.parse(afterTag(last)));
            case "blobs" -> new OfBlob(repository, Digest.parse(last));
            default -> new OfReferrers(repository, Digest.parse(last));
        };
    }

    /** {@code tag@digest} means the digest. */
    private static String afterTag(String reference) {
        return reference.substring(reference.indexOf('@') + 1);
    }
}
