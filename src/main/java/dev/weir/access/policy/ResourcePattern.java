package dev.weir.access.policy;

import dev.weir.oci.Glob;

/**
 * Which resources a statement is about.
 *
 * <p>Shape: {@code arn:aws:ecr:eu-west-1:111122223333:repository/docker-hub/*}, its wildcards anywhere; or the repository alone,
 * {@code docker-hub/*}; {@code *} for all.
 */
record ResourcePattern(Glob glob) {
    private static final String REPOSITORY = ":repository/";

    boolean matches(String resource) {
        return glob.matches(resource) || (!isArn() && glob.matches(nameIn(resource)));
    }

    private boolean isArn() {
        return glob.pattern().startsWith("arn:");
    }

    private static String nameIn(String resource) {
        int at = resource.indexOf(REPOSITORY);
        return at < 0 ? resource : resource.substring(at + REPOSITORY.length());
    }
}
