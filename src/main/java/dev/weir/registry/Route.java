package dev.weir.registry;

import dev.weir.oci.Digest;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.Quoted;
import dev.weir.oci.Reference;
import dev.weir.oci.RegistryException;
import dev.weir.oci.RepositoryName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path asks for. A repository name holds slashes and may hold the words of the API, so a path is read from its end.
 *
 * <p>Errors: {@link #parse} throws {@link RegistryException}: the spec's code for a malformed name, tag or digest; 404 for
 * what is no path of the API.
 */
sealed interface Route {
    Pattern REFERENCED = Pattern.compile("/v2/(.+)/(manifests|blobs|referrers)/([^/]+)");
    Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");

    /** {@code /v2/}: is this a registry. */
    record Base() implements Route {}

    record ManifestRoute(RepositoryName repository, Reference reference) implements Route {}

    record BlobRoute(RepositoryName repository, Digest digest) implements Route {}

    record ReferrersRoute(RepositoryName repository, Digest digest) implements Route {}

    record TagsRoute(RepositoryName repository) implements Route {}

    record CatalogRoute() implements Route {}

    static Route parse(String path) {
        if (path.equals("/v2") || path.equals("/v2/")) {
            return new Base();
        }
        if (path.equals("/v2/_catalog")) {
            return new CatalogRoute();
        }
        Matcher tags = TAGS.matcher(path);
        if (tags.matches()) {
            return new TagsRoute(RepositoryName.parse(tags.group(1)));
        }
        Matcher referenced = REFERENCED.matcher(path);
        if (!referenced.matches()) {
            throw new RegistryException(
                    ErrorCode.NAME_UNKNOWN, "'" + Quoted.of(path) + "' is no path of the distribution API");
        }
        RepositoryName repository = RepositoryName.parse(referenced.group(1));
        String last = referenced.group(3);
        return switch (referenced.group(2)) {
            case "manifests" -> new ManifestRoute(repository, Reference.parse(afterTag(last)));
            case "blobs" -> new BlobRoute(repository, Digest.parse(last));
            default -> new ReferrersRoute(repository, Digest.parse(last));
        };
    }

    /** {@code tag@digest} means the digest. */
    private static String afterTag(String reference) {
        return reference.substring(reference.indexOf('@') + 1);
    }
}
