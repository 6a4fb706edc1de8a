package dev.weir.rules;

import java.util.Optional;

/**
 * Whom an upstream takes Weir for: its address and the credential shown there, or none. Rules of one account share its limits;
 * the limit of anonymous pulls is not that of a paid account.
 */
public record UpstreamAccount(UpstreamUrl upstreamUrl, Optional<CredentialArn> credentialArn) {

    /** Shape: {@code quay.io}, or {@code quay.io <credential ARN>}. */
    @Override
    public String toString() {
        return upstreamUrl.authority() + credentialArn.map(arn -> " " + arn).orElse("");
    }
}
