package dev.weir.assembly;

import dev.weir.control.AuthorizationOperations;
import dev.weir.control.ControlHandler;
import dev.weir.control.EcrHandler;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RegistryOperations;
import dev.weir.control.sts.StsHandler;
import java.util.List;
import java.util.Map;

/** The admin API, put together. Read the constructor as the table of contents. */
public final class AdminApi {
    private final ControlHandler handler;

    public AdminApi(SignIn signIn, RegistryIdentity identity) {
        EcrHandler ecr = new EcrHandler(
                signIn.signatures()::verify,
                List.of(new RegistryOperations(identity), new AuthorizationOperations(signIn.tokens(), identity)));
        StsHandler sts = new StsHandler(signIn.signatures(), signIn.webIdentities(), identity);
        this.handler = new ControlHandler(Map.of("/ecr", ecr, "/sts", sts));
    }

    public ControlHandler handler() {
        return handler;
    }
}
