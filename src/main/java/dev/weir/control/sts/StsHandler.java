package dev.weir.control.sts;

import dev.weir.access.LoginLimitedException;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.access.sigv4.SignatureVerifier;
import dev.weir.control.ControlHandler;
import dev.weir.control.ControlRequest;
import dev.weir.control.ControlResponse;
import dev.weir.control.RegistryIdentity;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * STS: GetCallerIdentity, which is signed, and AssumeRoleWithWebIdentity, which is not.
 *
 * <p>Errors: none leave. A failure is an {@code ErrorResponse} in XML, a bug an InternalFailure with the request's id.
 */
public final class StsHandler implements ControlHandler.Service {
    private static final Logger LOG = System.getLogger("dev.weir.control");
    private static final String SERVICE = "sts";
    private static final String VERSION = "2011-06-15";

    private final SignatureVerifier signatures;
    private final WebIdentitySignIn signIn;
    private final RegistryIdentity registry;

    public StsHandler(SignatureVerifier signatures, WebIdentitySignIn signIn, RegistryIdentity registry) {
        this.signatures = signatures;
        this.signIn = signIn;
        this.registry = registry;
    }

    @Override
    public ControlResponse handle(ControlRequest request) {
        try {
            return run(request);
        } catch (StsException e) {
            return failed(e.code(), e.getMessage(), request);
        } catch (SignatureException e) {
            return failed(codeOf(e), e.getMessage(), request);
        } catch (LoginLimitedException e) {
            return failed(StsException.Code.THROTTLING, String.valueOf(e.getMessage()), request);
        } catch (LoginUnavailableException e) {
            LOG.log(Level.WARNING, "request {0}: {1}", request.requestId(), e.getMessage());
            return failed(
                    StsException.Code.IDP_COMMUNICATION_ERROR,
                    "the identity can't be checked now, request id " + request.requestId() + ": try again",
                    request);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "request " + request.requestId() + " failed", e);
            return failed(
                    StsException.Code.INTERNAL_FAILURE, "internal error, request id " + request.requestId(), request);
        }
    }

    private ControlResponse run(ControlRequest request) {
        StsForm form = StsForm.parse(request.body());
        String action = form.find("Action")
                .orElseThrow(
                        () -> new StsException(StsException.Code.MISSING_ACTION, "the form has no parameter 'Action'"));
        if (!form.find("Version").filter(VERSION::equals).isPresent()) {
            throw new StsException(
                    StsException.Code.INVALID_ACTION,
                    "the parameter 'Version' is missing or wrong: allowed is " + VERSION);
        }
        return switch (action) {
            case "GetCallerIdentity" -> callerIdentity(request);
            case "AssumeRoleWithWebIdentity" -> signIn.run(WebIdentityRequest.parse(form), request, registry);
            default ->
                throw new StsException(
                        StsException.Code.INVALID_ACTION,
                        "this endpoint has the actions GetCallerIdentity and AssumeRoleWithWebIdentity only");
        };
    }

    private ControlResponse callerIdentity(ControlRequest request) {
        CallerIdentity identity =
                CallerIdentity.of(signatures.verify(request.signed(), SERVICE).principal(), registry);
        return new StsXml()
                .element("Arn", identity.arn())
                .element("UserId", identity.userId())
                .element("Account", identity.account())
                .result("GetCallerIdentity", request.requestId());
    }

    private static StsException.Code codeOf(SignatureException e) {
        return switch (e.failure()) {
            case MISSING_AUTHENTICATION_TOKEN -> StsException.Code.MISSING_AUTHENTICATION_TOKEN;
            case INCOMPLETE_SIGNATURE -> StsException.Code.INCOMPLETE_SIGNATURE;
            case UNRECOGNIZED_CLIENT -> StsException.Code.INVALID_CLIENT_TOKEN_ID;
            case EXPIRED_TOKEN -> StsException.Code.EXPIRED_TOKEN;
            case INVALID_SIGNATURE -> StsException.Code.SIGNATURE_DOES_NOT_MATCH;
        };
    }

    private static ControlResponse failed(StsException.Code code, String message, ControlRequest request) {
        LOG.log(Level.INFO, "service=sts error={0} requestId={1}: {2}", code.wireName(), request.requestId(), message);
        return StsXml.error(code, message, request.requestId());
    }
}
