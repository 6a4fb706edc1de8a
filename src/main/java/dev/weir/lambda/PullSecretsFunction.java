package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.weir.access.token.PullSecretRotation;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;

/** Gives every pull secret a new password, by the schedule. Answers how many. */
@Singleton
@Named("pull-secrets")
public final class PullSecretsFunction implements RequestHandler<PullSecretsFunction.Event, Map<String, Integer>> {

    /** The scheduled event: it says nothing that matters. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event() {}

    private final PullSecretRotation rotation;

    PullSecretsFunction(PullSecretRotation rotation) {
        this.rotation = rotation;
    }

    @Override
    public Map<String, Integer> handleRequest(Event event, Context context) {
        return Map.of("rotated", rotation.rotate());
    }
}
