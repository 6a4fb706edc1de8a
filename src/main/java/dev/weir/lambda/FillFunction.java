package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.weir.event.BlobFillRequest;
import dev.weir.fill.FillRequests;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Origin;
import dev.weir.time.Deadline;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Consumes the event "Blob Fill Requested". An event that fails is delivered again by the queue. */
@Singleton
@Named("fill")
public final class FillFunction implements RequestHandler<FillFunction.Event, @Nullable Void> {

    /** The event, as far as it matters. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(Detail detail) {}

    /** What to fill. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Detail(String repository, @Nullable String origin, String digest, int attempt) {}

    /** For a body that is silent (30 s), to give the lease back and to ask for the next attempt. */
    private static final Duration RESERVE = Duration.ofSeconds(60);

    private final FillRequests requests;
    private final Clock clock;

    FillFunction(FillRequests requests, Clock clock) {
        this.requests = requests;
        this.clock = clock;
    }

    @Override
    public @Nullable Void handleRequest(Event event, Context context) {
        Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
        Detail detail = event.detail();
        requests.consume(
                new BlobFillRequest(
                        RepositoryName.parse(detail.repository()),
                        Optional.ofNullable(detail.origin()).map(Origin::new),
                        Digest.parse(detail.digest()),
                        Math.max(1, detail.attempt())),
                Deadline.in(clock, remaining.minus(RESERVE)));
        return null;
    }
}
