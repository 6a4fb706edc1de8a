package dev.weir.upstream;

import dev.weir.rules.PullThroughCacheRule;
import java.util.List;
import java.util.Optional;

/** Several places of credentials: the first that has one for the rule gives it. A place that fails is not passed over. */
public record FirstCredentials(List<Credentials> places) implements Credentials {
    public FirstCredentials {
        places = List.copyOf(places);
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return places.stream().flatMap(place -> place.find(rule).stream()).findFirst();
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return places.stream().flatMap(place -> place.findAnew(rule).stream()).findFirst();
    }
}
