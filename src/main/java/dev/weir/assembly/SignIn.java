package dev.weir.assembly;

import dev.weir.access.Authenticator;
import dev.weir.access.ControlKeys;
import dev.weir.access.Roles;
import dev.weir.access.sigv4.ControlAccessKeys;
import dev.weir.access.sigv4.SignatureVerifier;
import dev.weir.access.token.IssuedAndControlKeys;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.SignedTokens;
import dev.weir.control.sts.WebIdentitySignIn;
import java.time.Clock;

/** How callers of the admin API are known, and how they get keys and passwords. */
public final class SignIn {
    private final SignedTokens tokens;
    private final SignatureVerifier signatures;
    private final WebIdentitySignIn webIdentities;

    /** @param authenticator that checks the tokens of identities */
    public SignIn(ControlKeys controlKeys, SignedTokens tokens, Authenticator authenticator, Roles roles, Clock clock) {
        Sessions sessions = new Sessions(tokens, clock);
        this.tokens = tokens;
        this.signatures =
                new SignatureVerifier(new IssuedAndControlKeys(sessions, new ControlAccessKeys(controlKeys)), clock);
        this.webIdentities = new WebIdentitySignIn(authenticator, roles, sessions);
    }

    public SignedTokens tokens() {
        return tokens;
    }

    SignatureVerifier signatures() {
        return signatures;
    }

    WebIdentitySignIn webIdentities() {
        return webIdentities;
    }
}
