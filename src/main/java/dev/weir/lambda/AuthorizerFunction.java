package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.Principal;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TOKEN authorizer of the REST API. The gateway keeps its answer for the token, so the answer is for the whole stage.
 *
 * <p>Errors: {@link UnauthorizedException}, which the gateway answers 401 with the challenge.
 *
 * <p>Source: API Gateway developer guide, "Use API Gateway Lambda authorizers".
 */
@Singleton
@Named("authorizer")
public final class AuthorizerFunction
        implements RequestHandler<AuthorizerFunction.Event, AuthorizerFunction.Authorization> {

    /** What the gateway asks. Never printed: the token is a password. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(@Nullable String authorizationToken, String methodArn) {
        @Override
        public String toString() {
            return "Event[" + methodArn + "]";
        }
    }

    /** Who it is, and what that opens. */
    @RegisterForReflection
    public record Authorization(String principalId, Policy policyDocument) {}

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

    private final Authenticator authenticator;

    AuthorizerFunction(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public Authorization handleRequest(Event event, Context context) {
        Principal principal = Optional.ofNullable(event.authorizationToken())
                .flatMap(BasicCredentials::find)
                .flatMap(authenticator::authenticate)
                .orElseThrow(UnauthorizedException::new);
        Statement allowed = new Statement("execute-api:Invoke", "Allow", stage(event.methodArn()));
        return new Authorization(principal.name(), new Policy("2012-10-17", List.of(allowed)));
    }

    /** {@code arn:…:api/stage/GET/path} → {@code arn:…:api/stage/*}. */
    private static String stage(String methodArn) {
        String[] parts = methodArn.split("/", 3);
        return parts[0] + "/" + parts[1] + "/*";
    }
}
