package dev.weir.local;

import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.util.Optional;
import java.util.function.Function;

/**
 * The developer's own credentials: an ECR upstream is asked for a token with the AWS credentials of the environment or profile; all
 * other upstreams, and ECR where there are no such credentials, get what {@code docker login} left.
 *
 * @param docker what {@code docker login} left
 */
record LocalCredentials(Credentials ecr, Credentials docker) implements Credentials {

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return first(place -> place.find(rule));
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return first(place -> place.findAnew(rule));
    }

    private Optional<Credential> first(Function<Credentials, Optional<Credential>> find) {
        try {
            return find.apply(ecr).or(() -> find.apply(docker));
        } catch (CredentialException e) {
            Optional<Credential> left = find.apply(docker);
            if (left.isEmpty()) {
                throw e;
            }
            return left;
        }
    }
}
