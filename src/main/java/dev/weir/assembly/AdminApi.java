package dev.weir.assembly;

import dev.weir.access.ControlKeys;
import dev.weir.access.sigv4.ControlAccessKeys;
import dev.weir.access.sigv4.SignatureVerifier;
import dev.weir.control.ControlHandler;
import dev.weir.control.EcrHandler;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RegistryOperations;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The admin API, put together. Read the constructor as the table of contents. */
public final class AdminApi {
    private final ControlHandler handler;

    public AdminApi(ControlKeys keys, RegistryIdentity identity, Clock clock) {
        SignatureVerifier verifier = new SignatureVerifier(new ControlAccessKeys(keys), clock);
        EcrHandler ecr = new EcrHandler(verifier::verify, List.of(new RegistryOperations(identity)));
        this.handler = new ControlHandler(Map.of("/ecr", ecr));
    }

    public ControlHandler handler() {
        return handler;
    }
}
