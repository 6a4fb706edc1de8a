package dev.weir.rules;

/**
 * A cached repository for someone who may pull what it holds and must not make Weir fetch anything. Its type has no upstream, so no
 * path of a pull can ask there.
 *
 * @param cached as it is for those who may
 * @param why nothing is fetched, for the message: who may not do what, and which statement says so
 */
public record CacheOnlyRepository(UpstreamRepository cached, String why) implements UnfetchedRepository {
    @Override
    public String toString() {
        return cached.toString();
    }
}
