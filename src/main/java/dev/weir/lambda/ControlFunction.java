package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weir.control.ControlHandler;
import dev.weir.control.ControlRequest;
import dev.weir.control.ControlResponse;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The admin API behind an HTTP API: a REST API would drop the {@code Authorization} header of a call that is signed by Signature
 * Version 4.
 *
 * <p>Source: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
@Singleton
@Named("control")
public final class ControlFunction implements RequestHandler<ControlFunction.Event, ControlFunction.Answer> {

    /** A request, as far as it matters. Never printed: a body may hold a token. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(
            String rawPath,
            @Nullable String rawQueryString,
            @Nullable Map<String, String> headers,
            @Nullable String body,
            @JsonProperty("isBase64Encoded") boolean isBase64Encoded,
            RequestContext requestContext) {
        @Override
        public String toString() {
            return "Event[" + rawPath + "]";
        }
    }

    /** What the gateway knows of the request. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RequestContext(Http http, String requestId) {}

    /** How it came. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Http(String method, String sourceIp) {}

    /** What the gateway sends. */
    @RegisterForReflection
    public record Answer(
            int statusCode,
            Map<String, String> headers,
            String body,
            @JsonProperty("isBase64Encoded") boolean isBase64Encoded) {}

    private final ControlHandler control;

    ControlFunction(ControlHandler control) {
        this.control = control;
    }

    @Override
    public Answer handleRequest(Event event, Context context) {
        ControlResponse answer = control.handle(new ControlRequest(
                event.requestContext().http().method(),
                event.rawPath(),
                Optional.ofNullable(event.rawQueryString()).orElse(""),
                headers(event.headers()),
                body(event),
                event.requestContext().http().sourceIp(),
                event.requestContext().requestId()));
        return new Answer(answer.status(), answer.headers(), Base64.getEncoder().encodeToString(answer.body()), true);
    }

    private static byte[] body(Event event) {
        String body = Optional.ofNullable(event.body()).orElse("");
        return event.isBase64Encoded() ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
    }

    /** The gateway joins several values of one name by commas, as a signature does. */
    private static Map<String, List<String>> headers(@Nullable Map<String, String> given) {
        Map<String, List<String>> headers = new TreeMap<>();
        if (given != null) {
            given.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        }
        return headers;
    }
}
