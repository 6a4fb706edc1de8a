package dev.weir.lambda;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The caches bounded by weight. Caffeine looks such classes up by a name that it derives from the features of a cache, and Quarkus
 * registers only those of caches bounded by their number of entries.
 */
@RegisterForReflection(
        classNames = {"com.github.benmanes.caffeine.cache.SSMW", "com.github.benmanes.caffeine.cache.SSMWW"})
final class CaffeineCaches {
    private CaffeineCaches() {}
}
