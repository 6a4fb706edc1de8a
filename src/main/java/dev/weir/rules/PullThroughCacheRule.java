package dev.weir.rules;

import dev.weir.oci.MalformedValueException;
import dev.weir.oci.RepositoryName;
import java.time.Duration;
import java.util.Optional;

/**
 * Maps a repository prefix to an upstream registry.
 *
 * <p>Source: ECR API, {@code PullThroughCacheRule}; {@code settings} and {@code imageTagMutability} are Weir's own.
 *
 * @param upstreamRepositoryPrefix what stands in for the prefix upstream; {@code ROOT} for nothing
 * @param credentialArn the secret that its upstream is shown
 * @param customRoleArn the role that an ECR upstream is pulled with, where there is no {@code credentialArn}; other upstreams know no
 *     role
 * @param settings what ECR lacks
 * @param tagMutability of its repositories, where one has none of its own
 */
public record PullThroughCacheRule(
        RepositoryPrefix repositoryPrefix,
        UpstreamUrl upstreamUrl,
        RepositoryPrefix upstreamRepositoryPrefix,
        Optional<CredentialArn> credentialArn,
        Optional<CustomRoleArn> customRoleArn,
        RuleSettings settings,
        TagMutability tagMutability) {

    /** A rule with nothing but the two things every rule has. */
    public static PullThroughCacheRule of(RepositoryPrefix repositoryPrefix, UpstreamUrl upstreamUrl) {
        return new PullThroughCacheRule(
                repositoryPrefix,
                upstreamUrl,
                RepositoryPrefix.ROOT,
                Optional.empty(),
                Optional.empty(),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    PullThroughCacheRule with(RuleSettings others) {
        return new PullThroughCacheRule(
                repositoryPrefix,
                upstreamUrl,
                upstreamRepositoryPrefix,
                credentialArn,
                customRoleArn,
                others,
                tagMutability);
    }

    /** The same rule with other credentials, where they are given. */
    public PullThroughCacheRule with(Optional<CredentialArn> credential, Optional<CustomRoleArn> role) {
        return new PullThroughCacheRule(
                repositoryPrefix,
                upstreamUrl,
                upstreamRepositoryPrefix,
                credential.or(() -> credentialArn),
                role.or(() -> customRoleArn),
                settings,
                tagMutability);
    }

    /** How long a tag is trusted before upstream is asked again, when not the default; at least PT1M. */
    public Optional<Duration> refreshInterval() {
        return settings.find(RuleSetting.REFRESH_INTERVAL);
    }

    /** Whether blobs are brought in before they are asked for. */
    public boolean isPrefetching() {
        return settings.find(RuleSetting.PREFETCH).orElse(Prefetch.ON) == Prefetch.ON;
    }

    /** Whom its upstream takes Weir for. */
    public UpstreamAccount account() {
        return new UpstreamAccount(upstreamUrl, credentialArn, customRoleArn);
    }

    /**
     * Where this rule finds a repository upstream, if it covers it. On Docker Hub {@code alpine} is {@code
     * library/alpine}; both spellings are one cached repository, the longer.
     */
    public Optional<UpstreamRepository> map(RepositoryName requested) {
        return repositoryPrefix.remainderOf(requested.value()).flatMap(this::named);
    }

    /** Where this rule caches what upstream calls by that name, if it fetches it. */
    Optional<UpstreamRepository> mapUpstream(RepositoryName upstreamName) {
        return upstreamRepositoryPrefix.remainderOf(upstreamName.value()).flatMap(this::named);
    }

    /** Empty when one of the two names is longer than a name may be. */
    private Optional<UpstreamRepository> named(String remainder) {
        String path = withLibrary(remainder);
        try {
            return Optional.of(new UpstreamRepository(
                    this,
                    RepositoryName.parse(repositoryPrefix.prepend(path)),
                    RepositoryName.parse(upstreamRepositoryPrefix.prepend(path)),
                    new RepositorySettings(tagMutability)));
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    private String withLibrary(String remainder) {
        boolean official = upstreamUrl.isDockerHub() && upstreamRepositoryPrefix.isRoot() && remainder.indexOf('/') < 0;
        return official ? "library/" + remainder : remainder;
    }
}
