package dev.weir.assembly;

import dev.weir.control.AuthorizationOperations;
import dev.weir.control.ControlHandler;
import dev.weir.control.EcrHandler;
import dev.weir.control.OperationAccess;
import dev.weir.control.OperationSet;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RegistryOperations;
import dev.weir.control.sts.StsHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The admin API, put together. Read the constructor as the table of contents. */
public final class AdminApi {
    private final ControlHandler handler;

    /** @param resources the operations on what is stored */
    public AdminApi(SignIn signIn, RegistryIdentity identity, OperationAccess access, OperationSet... resources) {
        List<OperationSet> operations = new ArrayList<>(List.of(resources));
        operations.add(new RegistryOperations(identity));
        operations.add(new AuthorizationOperations(signIn.tokens(), identity));
        EcrHandler ecr = new EcrHandler(signIn.signatures()::verify, access, operations);
        StsHandler sts = new StsHandler(signIn.signatures(), signIn.webIdentities(), identity);
        this.handler = new ControlHandler(Map.of("/ecr", ecr, "/sts", sts));
    }

    public ControlHandler handler() {
        return handler;
    }
}
