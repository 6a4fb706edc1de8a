package dev.weir.rules;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The upstream registries that ECR knows by name. Any other registry is as good an upstream, and has no name.
 *
 * <p>Source: ECR API, {@code upstreamRegistry}; user guide, "Upstream registries supported".
 */
public enum KnownRegistry {
    ECR("ecr", url -> EcrRegistry.of(url).isPresent()),
    ECR_PUBLIC("ecr-public", hosted("public.ecr.aws")),
    QUAY("quay", hosted("quay.io")),
    KUBERNETES("k8s", hosted("registry.k8s.io")),
    DOCKER_HUB("docker-hub", UpstreamUrl::isDockerHub),
    GITHUB("github-container-registry", hosted("ghcr.io")),
    AZURE("azure-container-registry", url -> url.host().endsWith(".azurecr.io")),
    GITLAB("gitlab-container-registry", hosted("registry.gitlab.com")),
    CHAINGUARD("chainguard", hosted("cgr.dev"));

    private final String ecrName;
    private final Predicate<UpstreamUrl> test;

    KnownRegistry(String ecrName, Predicate<UpstreamUrl> test) {
        this.ecrName = ecrName;
        this.test = test;
    }

    private static Predicate<UpstreamUrl> hosted(String host) {
        return url -> url.host().equals(host);
    }

    /** The one that the URL is of; empty for any other registry. */
    public static Optional<KnownRegistry> of(UpstreamUrl url) {
        return Arrays.stream(values()).filter(known -> known.test.test(url)).findFirst();
    }

    /** As ECR writes it: {@code docker-hub}. */
    public String ecrName() {
        return ecrName;
    }
}
