package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.ClientAddress;
import dev.weir.access.LoginLimitedException;
import dev.weir.access.Principal;
import dev.weir.access.Source;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The REQUEST authorizer of the REST API. The gateway keeps its answer for the header and the client's address, so the answer is for
 * the whole stage.
 *
 * <p>Why REQUEST: a TOKEN authorizer isn't told the address, under which failed logins are counted. The gateway answers a request
 * without the header by itself; a header that is not Basic costs this call and nothing more.
 *
 * <p>Errors: {@link UnauthorizedException}, which the gateway answers 401 with the challenge; any other, which it answers 503. After
 * too many failures the caller is let through to the registry function without a name, which answers 429.
 *
 * <p>Source: API Gateway developer guide, "Use API Gateway Lambda authorizers".
 */
@Singleton
@Named("authorizer")
public final class AuthorizerFunction
        implements RequestHandler<AuthorizerFunction.Event, AuthorizerFunction.Authorization> {

    /** What the gateway asks. Never printed: the header holds a password. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(
            @Nullable Map<String, List<String>> multiValueHeaders, String methodArn, RequestContext requestContext) {

        /** The one value of the header; empty if there is none, or more than one. */
        Optional<String> authorization() {
            List<String> values = new ArrayList<>();
            if (multiValueHeaders != null) {
                multiValueHeaders.forEach((name, given) -> {
                    if (name.equalsIgnoreCase("authorization")) {
                        values.addAll(given);
                    }
                });
            }
            return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
        }

        @Override
        public String toString() {
            return "Event[" + methodArn + "]";
        }
    }

    /** What the gateway itself knows of the request. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RequestContext(
            @Nullable String apiId,
            @Nullable String domainName,
            @Nullable Identity identity) {

        Source source(Optional<String> ownDomain) {
            String address = identity == null || identity.sourceIp() == null ? "" : identity.sourceIp();
            return new Source(ClientAddress.of(address), GatewayHost.of(apiId, domainName, ownDomain));
        }
    }

    /** Where the request comes from. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Identity(@Nullable String sourceIp) {}

    /** Who it is, and what that opens. */
    @RegisterForReflection
    public record Authorization(String principalId, Policy policyDocument, Map<String, String> context) {}

    /** An IAM policy. */
    @RegisterForReflection
    public record Policy(
            @JsonProperty("Version") String version,
            @JsonProperty("Statement") List<Statement> statement) {}

    /** One statement of it. */
    @RegisterForReflection
    public record Statement(
            @JsonProperty("Action") String action,
            @JsonProperty("Effect") String effect,
            @JsonProperty("Resource") String resource) {}

    /** The one word that API Gateway takes for 401. No stack: a wrong password is not a bug. */
    public static final class UnauthorizedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnauthorizedException() {
            super("Unauthorized", null, false, false);
        }
    }

    /** How long the gateway keeps an answer. */
    private static final Duration KEPT = Duration.ofSeconds(60);

    private final Authenticator authenticator;
    private final Optional<String> ownDomain;

    @Inject
    AuthorizerFunction(
            Authenticator authenticator, @ConfigProperty(name = "weir.domain-name") Optional<String> ownDomain) {
        this.authenticator = authenticator;
        this.ownDomain = ownDomain.filter(name -> !name.isEmpty());
    }

    @Override
    public Authorization handleRequest(Event event, Context context) {
        BasicCredentials credentials =
                event.authorization().flatMap(BasicCredentials::find).orElseThrow(UnauthorizedException::new);
        try {
            Principal principal = authenticator
                    .authenticate(credentials, event.requestContext().source(ownDomain))
                    .orElseThrow(UnauthorizedException::new);
            return authorization(principal.name(), AuthorizerContext.of(principal), event);
        } catch (LoginLimitedException e) {
            Duration wait = e.retryAfter().compareTo(KEPT) < 0 ? KEPT : e.retryAfter();
            return authorization(AuthorizerContext.NOBODY, AuthorizerContext.limited(wait), event);
        }
    }

    private static Authorization authorization(String principal, Map<String, String> context, Event event) {
        Statement allowed = new Statement("execute-api:Invoke", "Allow", stage(event.methodArn()));
        return new Authorization(principal, new Policy("2012-10-17", List.of(allowed)), context);
    }

    /** {@code arn:…:api/stage/GET/path} → {@code arn:…:api/stage/*}. */
    private static String stage(String methodArn) {
        String[] parts = methodArn.split("/", 3);
        return parts[0] + "/" + parts[1] + "/*";
    }
}
