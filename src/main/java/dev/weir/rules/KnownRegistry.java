package dev.weir.rules;

import java.util.Arrays;
import java.util.Optional;

/**
 * The upstream registries that ECR knows by name. Any other registry is as good an upstream, and has no name.
 *
 * <p>Source: ECR API, {@code upstreamRegistry}; user guide, "Upstream registries supported".
 */
public enum KnownRegistry {
    ECR("ecr"),
    ECR_PUBLIC("ecr-public"),
    QUAY("quay"),
    KUBERNETES("k8s"),
    DOCKER_HUB("docker-hub"),
    GITHUB("github-container-registry"),
    AZURE("azure-container-registry"),
    GITLAB("gitlab-container-registry"),
    CHAINGUARD("chainguard");

    private final String ecrName;

    KnownRegistry(String ecrName) {
        this.ecrName = ecrName;
    }

    private boolean isAt(UpstreamUrl url) {
        return switch (this) {
            case ECR -> EcrRegistry.of(url).isPresent();
            case ECR_PUBLIC -> url.host().equals("public.ecr.aws");
            case QUAY -> url.host().equals("quay.io");
            case KUBERNETES -> url.host().equals("registry.k8s.io");
            case DOCKER_HUB -> url.isDockerHub();
            case GITHUB -> url.host().equals("ghcr.io");
            case AZURE -> url.host().endsWith(".azurecr.io");
            case GITLAB -> url.host().equals("registry.gitlab.com");
            case CHAINGUARD -> url.host().equals("cgr.dev");
        };
    }

    /** The one that the URL is of; empty for any other registry. */
    public static Optional<KnownRegistry> of(UpstreamUrl url) {
        return Arrays.stream(values()).filter(known -> known.isAt(url)).findFirst();
    }

    /** As ECR writes it: {@code docker-hub}. */
    public String ecrName() {
        return ecrName;
    }
}
