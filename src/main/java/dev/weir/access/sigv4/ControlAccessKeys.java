package dev.weir.access.sigv4;

import dev.weir.access.ControlKeys;
import java.util.Optional;

/** Finds the control keys. They have no session, so a session token beside one is not accepted. */
public final class ControlAccessKeys implements AccessKeys {
    private final ControlKeys keys;

    public ControlAccessKeys(ControlKeys keys) {
        this.keys = keys;
    }

    @Override
    public AccessKey get(String accessKeyId, Optional<String> sessionToken) {
        return Optional.ofNullable(keys.keys().get(accessKeyId))
                .filter(key -> sessionToken.isEmpty())
                .map(key -> new AccessKey(key.secret(), key.caller()))
                .orElseThrow(() -> new SignatureException(
                        SignatureFailure.UNRECOGNIZED_CLIENT,
                        "the access key id or its security token is not known: take one of the control keys, or sign"
                                + " in again"));
    }
}
