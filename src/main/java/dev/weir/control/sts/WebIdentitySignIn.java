package dev.weir.control.sts;

import dev.weir.access.AssumableRole;
import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.ClientAddress;
import dev.weir.access.Principal;
import dev.weir.access.Roles;
import dev.weir.access.Source;
import dev.weir.access.token.SessionCredentials;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.TokenTooLargeException;
import dev.weir.audit.AuditLine;
import dev.weir.control.ControlRequest;
import dev.weir.control.ControlResponse;
import dev.weir.control.RegistryIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AssumeRoleWithWebIdentity: the keys of a session of one of Weir's roles, for the token of an identity that the role trusts. The
 * token goes through the same door as passwords do, so that failures are counted and limited as failed logins are.
 */
public final class WebIdentitySignIn {
    private static final String ACTION = "AssumeRoleWithWebIdentity";
    private static final String AWS_TOKEN_PREFIX = "k8s-aws-v1.";

    private final Authenticator authenticator;
    private final Roles roles;
    private final Sessions sessions;

    public WebIdentitySignIn(Authenticator authenticator, Roles roles, Sessions sessions) {
        this.authenticator = authenticator;
        this.roles = roles;
        this.sessions = sessions;
    }

    ControlResponse run(WebIdentityRequest asked, ControlRequest request, RegistryIdentity registry) {
        Principal identity = identity(asked, request, registry);
        AssumableRole role = role(asked, identity, registry);
        SessionCredentials keys = issued(role.principal(), asked);
        AuditLine.of(identity.name())
                .and("operation", ACTION)
                .and("target", role.principal())
                .and("session", asked.sessionName())
                .and("key", keys.accessKeyId())
                .and("expires", keys.expiresAt())
                .write();
        return answer(asked, identity, keys, registry).result(ACTION, request.requestId());
    }

    private Principal identity(WebIdentityRequest asked, ControlRequest request, RegistryIdentity registry) {
        String user = asked.token().startsWith(AWS_TOKEN_PREFIX) ? "AWS" : "oidc";
        return authenticator
                .authenticate(
                        new BasicCredentials(user, asked.token()),
                        new Source(ClientAddress.of(request.source()), registry.host()))
                .orElseThrow(() -> new StsException(
                        StsException.Code.INVALID_IDENTITY_TOKEN,
                        "the web identity token is not accepted: it has to be valid, of an identity provider that this"
                                + " registry knows, and for the audience '" + registry.host() + "'"));
    }

    /** A role that isn't there and one that doesn't trust the identity are the same to a stranger. */
    private AssumableRole role(WebIdentityRequest asked, Principal identity, RegistryIdentity registry) {
        AssumableRole role = Optional.of(asked.roleName())
                .filter(name -> asked.roleArn().equals(CallerIdentity.rolesArn(registry) + name))
                .flatMap(name -> roles.find(name, identity))
                .orElseThrow(() -> denied(asked, identity));
        if (asked.life().compareTo(role.longestSession()) > 0) {
            throw new StsException(
                    StsException.Code.VALIDATION_ERROR,
                    "the parameter 'DurationSeconds' is " + asked.life().toSeconds()
                            + ": allowed for this role are up to "
                            + role.longestSession().toSeconds());
        }
        return role;
    }

    private static StsException denied(WebIdentityRequest asked, Principal identity) {
        AuditLine.of(identity.name())
                .and("operation", ACTION)
                .and("target", asked.roleArn())
                .and("decision", "DENIED")
                .write();
        return new StsException(
                StsException.Code.ACCESS_DENIED,
                "Not authorized to perform sts:" + ACTION + ": the trust policy of " + asked.roleArn()
                        + " has to allow " + identity);
    }

    private SessionCredentials issued(Principal role, WebIdentityRequest asked) {
        Map<String, List<String>> keys = new HashMap<>(role.keys());
        keys.put(CallerIdentity.SESSION_NAME, List.of(asked.sessionName()));
        try {
            return sessions.issue(new Principal(role.name(), keys), asked.life());
        } catch (TokenTooLargeException e) {
            throw new StsException(StsException.Code.PACKED_POLICY_TOO_LARGE, String.valueOf(e.getMessage()));
        }
    }

    private static StsXml answer(
            WebIdentityRequest asked, Principal identity, SessionCredentials keys, RegistryIdentity registry) {
        Principal session =
                new Principal(asked.roleArn(), Map.of(CallerIdentity.SESSION_NAME, List.of(asked.sessionName())));
        CallerIdentity caller = CallerIdentity.of(session, registry);
        return new StsXml()
                .element("SubjectFromWebIdentityToken", identity.name())
                .element("Audience", registry.host())
                .begin("AssumedRoleUser")
                .element("Arn", caller.arn())
                .element("AssumedRoleId", caller.userId())
                .end("AssumedRoleUser")
                .begin("Credentials")
                .element("AccessKeyId", keys.accessKeyId())
                .element("SecretAccessKey", keys.secretAccessKey())
                .element("SessionToken", keys.sessionToken())
                .element("Expiration", keys.expiresAt().toString())
                .end("Credentials");
    }
}
