package dev.weir.rules;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private ECR registry as an upstream, told by its host: {@code <account>.dkr.ecr.<region>.amazonaws.com}, with {@code .cn} in
 * China, with {@code ecr-fips}, or with dual stack {@code <account>.dkr-ecr.<region>.on.aws}.
 *
 * <p>Source: ECR user guide, "Amazon ECR private registries"; AWS General Reference, "Amazon ECR endpoints and quotas".
 *
 * @param account whose registry it is, 12 digits
 * @param hasFipsEndpoint whether the host is a FIPS endpoint, so that its tokens come from one too
 */
public record EcrRegistry(String account, String region, boolean hasFipsEndpoint) {
    private static final Pattern HOST =
            Pattern.compile("([0-9]{12})\\.dkr[.-]ecr(-fips)?\\.([a-z]{2,}(?:-[a-z]+)+-[0-9]+)"
                    + "\\.(?:amazonaws\\.com(?:\\.cn)?|amazonaws\\.eu|on\\.aws|on\\.amazonwebservices\\.com\\.cn)");

    /** Empty when the upstream is another registry. */
    public static Optional<EcrRegistry> of(UpstreamUrl upstream) {
        Matcher host = HOST.matcher(upstream.host());
        return host.matches()
                ? Optional.of(new EcrRegistry(host.group(1), host.group(3), host.group(2) != null))
                : Optional.empty();
    }
}
