package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.weir.access.Users;
import dev.weir.access.policy.Policies;
import dev.weir.rules.Rules;
import io.quarkus.arc.profile.UnlessBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Builds the function and makes its first call of AWS while Lambda starts it, where CPU is plenty and no client waits; a
 * SnapStart snapshot holds the result. What fails is one log line; the function goes on, for the next call may succeed.
 */
@Singleton
@UnlessBuildProfile("local")
final class StartUp {
    private static final Logger LOG = System.getLogger(StartUp.class.getName());

    void begin(
            @Observes StartupEvent event,
            @ConfigProperty(name = "quarkus.lambda.handler") String function,
            @Any Instance<RequestHandler<?, ?>> functions,
            Instance<Users> users,
            Instance<Rules> rules,
            Instance<Policies> policies) {
        try {
            functions.select(NamedLiteral.of(function)).get();
            if (function.equals("authorizer")) {
                users.get().current();
            } else if (!function.equals("pull-secrets")) {
                // That one knows neither users nor rules.
                rules.get().current();
                policies.get().current();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "function {0} starts without what it needs: {1}", function, e.getMessage());
        }
    }
}
