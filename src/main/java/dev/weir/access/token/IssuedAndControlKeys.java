package dev.weir.access.token;

import dev.weir.access.sigv4.AccessKey;
import dev.weir.access.sigv4.AccessKeys;
import java.util.Optional;

/** All keys that requests may be signed with: which kind one is of, its id tells. */
public final class IssuedAndControlKeys implements AccessKeys {
    private final AccessKeys sessions;
    private final AccessKeys controlKeys;

    public IssuedAndControlKeys(Sessions sessions, AccessKeys controlKeys) {
        this.sessions = sessions;
        this.controlKeys = controlKeys;
    }

    @Override
    public AccessKey get(String accessKeyId, Optional<String> sessionToken) {
        return (accessKeyId.startsWith(Sessions.ID_PREFIX) ? sessions : controlKeys).get(accessKeyId, sessionToken);
    }
}
