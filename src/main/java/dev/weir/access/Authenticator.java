package dev.weir.access;

import java.util.List;
import java.util.Optional;

/**
 * The one door for passwords: finds the verifier by the form of the credentials, and limits failed logins before it does anything
 * that costs.
 */
public final class Authenticator {
    private final List<PasswordVerifier> verifiers;
    private final FailedLogins failures;

    /** @param verifiers the first that is for the credentials is asked, and no other */
    public Authenticator(List<PasswordVerifier> verifiers, FailedLogins failures) {
        this.verifiers = List.copyOf(verifiers);
        this.failures = failures;
    }

    /**
     * Empty when the credentials are wrong. Those that were right lately are taken also while failures are limited, so that a stranger
     * who guesses doesn't lock a user out who is logged in.
     *
     * <p>Errors: {@link LoginLimitedException} after too many failures; {@link LoginUnavailableException} when it can't be found out
     * now whether they are right.
     */
    public Optional<Principal> authenticate(BasicCredentials credentials, Source source) {
        Optional<PasswordVerifier> verifier =
                verifiers.stream().filter(one -> one.isFor(credentials)).findFirst();
        if (verifier.isEmpty()) {
            return Optional.empty();
        }
        Optional<Principal> remembered = verifier.get().remembered(credentials, source.registryHost());
        return remembered.isPresent() ? remembered : verified(verifier.get(), credentials, source);
    }

    private Optional<Principal> verified(PasswordVerifier verifier, BasicCredentials credentials, Source source) {
        String name = verifier.claimedName(credentials);
        failures.requireFewFailures(source.address(), name);
        String logged = verifier.loggedName(credentials);
        Optional<Principal> principal = verifier.verify(credentials, source.registryHost());
        if (principal.isPresent()) {
            LoginAudit.accepted(principal.get(), source.address());
        } else {
            failures.count(source.address(), name);
            LoginAudit.failed(logged, source.address(), failures.waitOf(source.address(), name));
        }
        return principal;
    }
}
