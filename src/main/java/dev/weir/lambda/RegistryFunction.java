package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import jakarta.inject.Named;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The registry behind a REST API whose stage is {@code v2}. The body leaves base64, byte for byte. */
@Named("registry")
public final class RegistryFunction
        implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
    private final RegistryHandler registry;

    RegistryFunction(RegistryHandler registry) {
        this.registry = registry;
    }

    /** The context's path has the stage before it, which makes it the path of the distribution API. */
    @Override
    public APIGatewayProxyResponseEvent handleRequest(APIGatewayProxyRequestEvent event, Context context) {
        RegistryResponse answer = registry.handle(new RegistryRequest(
                event.getHttpMethod(),
                URI.create(event.getRequestContext().getPath()).getPath(),
                values(event.getMultiValueQueryStringParameters()),
                values(event.getMultiValueHeaders()),
                context.getAwsRequestId()));
        return new APIGatewayProxyResponseEvent()
                .withStatusCode(answer.status())
                .withHeaders(answer.headers())
                .withBody(Base64.getEncoder().encodeToString(answer.body()))
                .withIsBase64Encoded(true);
    }

    private static Map<String, List<String>> values(@Nullable Map<String, List<String>> given) {
        Map<String, List<String>> values = new TreeMap<>();
        if (given != null) {
            given.forEach((name, value) -> values.put(name.toLowerCase(Locale.ROOT), value));
        }
        return values;
    }
}
