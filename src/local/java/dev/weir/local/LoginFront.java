package dev.weir.local;

import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.ClientAddress;
import dev.weir.access.LoginLimitedException;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.Principal;
import dev.weir.access.Source;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds out who calls before the registry answers, as the authorizer does in AWS.
 *
 * <p>Errors: none leave. 401 with the challenge, 429 after too many failures, 503 while credentials can't be checked.
 */
final class LoginFront implements Function<RegistryRequest, RegistryResponse> {
    private static final String SOURCE_IP = "aws:SourceIp";
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final Authenticator authenticator;
    private final boolean allowsAnonymous;
    private final Function<RegistryRequest, RegistryResponse> registry;
    private final RegistryHandler refusals;

    /** @param registry what answers once it is known who calls */
    LoginFront(
            Authenticator authenticator,
            boolean allowsAnonymous,
            Function<RegistryRequest, RegistryResponse> registry,
            RegistryHandler refusals) {
        this.authenticator = authenticator;
        this.allowsAnonymous = allowsAnonymous;
        this.registry = registry;
        this.refusals = refusals;
    }

    /** @param request whose principal is anonymous, with the address that it comes from */
    @Override
    public RegistryResponse apply(RegistryRequest request) {
        RegistryRequest known;
        try {
            known = request.by(principal(request));
        } catch (RegistryException e) {
            return refusals.refused(request, e);
        }
        return registry.apply(known);
    }

    private Principal principal(RegistryRequest request) {
        List<String> given = request.headers().getOrDefault("authorization", List.of());
        if (given.isEmpty() && allowsAnonymous) {
            return request.principal();
        }
        String address = String.join("", request.principal().keys().getOrDefault(SOURCE_IP, List.of()));
        Source source = new Source(ClientAddress.of(address), host(request));
        return Optional.of(given)
                .filter(values -> values.size() == 1)
                .flatMap(values -> BasicCredentials.find(values.get(0)))
                .flatMap(credentials -> authenticated(credentials, source))
                .map(principal -> principal.from(source.address()))
                .orElseThrow(() -> new RegistryException(
                        ErrorCode.UNAUTHORIZED,
                        given.isEmpty()
                                ? "this registry asks who calls: log in"
                                : "user or password is wrong, or made for another registry: log in again"));
    }

    private Optional<Principal> authenticated(BasicCredentials credentials, Source source) {
        try {
            return authenticator.authenticate(credentials, source);
        } catch (LoginLimitedException e) {
            throw new RegistryException(
                    ErrorCode.TOOMANYREQUESTS,
                    "too many failed logins from this address or with this name: wait, then log in with the right password",
                    Optional.of(e.retryAfter()),
                    null);
        } catch (LoginUnavailableException e) {
            throw new RegistryException(
                    ErrorCode.UNAVAILABLE,
                    "the credentials can't be checked now: try again",
                    Optional.of(TRY_AGAIN),
                    e);
        }
    }

    /** The name that was called; empty for an IP address, which many registries have. */
    private static String host(RegistryRequest request) {
        return request.headers().getOrDefault("host", List.of()).stream()
                .filter(AllowedHosts::isName)
                .map(host -> host.toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("");
    }
}
