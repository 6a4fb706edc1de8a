package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.weir.access.ClientAddress;
import dev.weir.access.Principal;
import dev.weir.oci.RegistryException;
import dev.weir.registry.LoginHandler;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.time.DaemonThreads;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The registry behind a REST API whose stage is {@code v2}. The body leaves base64, byte for byte. It answers before its own
 * timeout, and so before the gateway's: 504 with the spec's JSON, while what was begun goes on in the next invocation or ends
 * with its lease.
 */
@Singleton
@Named("registry")
public final class RegistryFunction
        implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
    private static final Duration RESERVE = Duration.ofSeconds(1);

    private final RegistryHandler registry;
    private final LoginHandler logins;
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("weir-request"));

    RegistryFunction(RegistryHandler registry, LoginHandler logins) {
        this.registry = registry;
        this.logins = logins;
    }

    /** The context's path has the stage before it, which makes it the path of the distribution API. */
    @Override
    public APIGatewayProxyResponseEvent handleRequest(APIGatewayProxyRequestEvent event, Context context) {
        RegistryRequest anonymous = new RegistryRequest(
                event.getHttpMethod(),
                path(event.getRequestContext().getPath()),
                values(event.getMultiValueQueryStringParameters(), UnaryOperator.identity()),
                values(event.getMultiValueHeaders(), name -> name.toLowerCase(Locale.ROOT)),
                context.getAwsRequestId());
        return written(answer(anonymous, event.getRequestContext(), context));
    }

    private RegistryResponse answer(
            RegistryRequest anonymous, APIGatewayProxyRequestEvent.ProxyRequestContext gateway, Context context) {
        Principal principal;
        try {
            principal = AuthorizerContext.principal(gateway.getAuthorizer());
        } catch (RegistryException e) {
            return registry.refused(anonymous, e);
        }
        return inTime(
                anonymous.by(principal.from(address(gateway))),
                context.getRemainingTimeInMillis() - RESERVE.toMillis());
    }

    private static ClientAddress address(APIGatewayProxyRequestEvent.ProxyRequestContext gateway) {
        return Optional.ofNullable(gateway.getIdentity())
                .map(APIGatewayProxyRequestEvent.RequestIdentity::getSourceIp)
                .map(ClientAddress::of)
                .orElse(ClientAddress.UNKNOWN);
    }

    private static APIGatewayProxyResponseEvent written(RegistryResponse answer) {
        return new APIGatewayProxyResponseEvent()
                .withStatusCode(answer.status())
                .withHeaders(answer.headers())
                .withBody(Base64.getEncoder().encodeToString(answer.body()))
                .withIsBase64Encoded(true);
    }

    private RegistryResponse inTime(RegistryRequest request, long millis) {
        Future<RegistryResponse> answer =
                threads.submit(() -> logins.serves(request.path()) ? logins.handle(request) : registry.handle(request));
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return registry.tooLate(request);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return registry.tooLate(request);
        }
    }

    /** A path that is not a URI is left as it is: it is not a path of the API either. */
    private static String path(String path) {
        try {
            String decoded = URI.create(path).getPath();
            return decoded == null ? path : decoded;
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    private static Map<String, List<String>> values(
            @Nullable Map<String, List<String>> given, UnaryOperator<String> naming) {
        Map<String, List<String>> values = new TreeMap<>();
        if (given != null) {
            given.forEach((name, value) -> values.put(naming.apply(name), value));
        }
        return values;
    }
}
