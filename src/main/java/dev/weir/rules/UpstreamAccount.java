package dev.weir.rules;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom an upstream takes Weir for: its address and the credential shown there or the role that is assumed for it, or neither. Rules
 * of one account share its limits; the limit of anonymous pulls is not that of a paid account.
 */
public record UpstreamAccount(
        UpstreamUrl upstreamUrl, Optional<CredentialArn> credentialArn, Optional<CustomRoleArn> customRoleArn) {

    /** Shape: {@code quay.io}, followed by the ARNs that there are, each after a space. */
    @Override
    public String toString() {
        return Stream.of(
                        Optional.of(upstreamUrl.authority()),
                        credentialArn.map(CredentialArn::value),
                        customRoleArn.map(CustomRoleArn::value))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" "));
    }
}
