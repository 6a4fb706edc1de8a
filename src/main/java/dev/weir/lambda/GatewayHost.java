package dev.weir.lambda;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The registry's host name, as far as the gateway vouches for it. */
final class GatewayHost {
    private GatewayHost() {}

    /**
     * The name that was called, if it is the registry's own domain, or one that API Gateway gives to this API and no other. Else empty:
     * a VPC endpoint's own name is shared by every private API behind it.
     */
    static String of(@Nullable String apiId, @Nullable String domainName, Optional<String> ownDomain) {
        String called = domainName == null ? "" : domainName.toLowerCase(Locale.ROOT);
        boolean isOwn = ownDomain.filter(called::equalsIgnoreCase).isPresent();
        boolean isOfApi = apiId != null
                && (called.startsWith(apiId + ".execute-api.")
                        || called.matches(apiId + "-vpce-[0-9a-f]+\\.execute-api\\..+"));
        return isOwn || isOfApi ? called : "";
    }
}
