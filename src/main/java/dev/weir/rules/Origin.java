package dev.weir.rules;

/**
 * Where a cached entry came from. Shape: {@code <host[:port]>/<upstream repository>}, as in {@code
 * registry-1.docker.io/library/alpine}.
 *
 * <p>An entry whose origin is not that of today's rule counts as not cached.
 */
public record Origin(String value) {

    static Origin of(UpstreamUrl upstream, String upstreamRepository) {
        return new Origin(upstream.authority() + "/" + upstreamRepository);
    }

    @Override
    public String toString() {
        return value;
    }
}
