package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.weir.fill.BlobFiller;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Rules;
import dev.weir.upstream.UpstreamException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Takes up "Blob Fill Requested". A blob that is there, or being filled, or whose rule is gone, is nothing to do, so an event
 * that comes twice or late does no harm.
 */
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
    public record Detail(String repository, String digest, int attempt) {}

    /** For a body that is silent (30 s), to give the lease back and to ask for the next attempt. */
    private static final Duration RESERVE = Duration.ofSeconds(60);

    private static final Logger LOG = System.getLogger(FillFunction.class.getName());

    private final Rules rules;
    private final BlobFiller fill;
    private final Clock clock;

    FillFunction(Rules rules, BlobFiller fill, Clock clock) {
        this.clock = clock;
        this.rules = rules;
        this.fill = fill;
    }

    @Override
    public @Nullable Void handleRequest(Event event, Context context) {
        Digest digest = Digest.parse(event.detail().digest());
        int attempt = Math.max(1, event.detail().attempt());
        Instant deadline =
                clock.instant().plusMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
        try {
            rules.match(RepositoryName.parse(event.detail().repository()))
                    .ifPresent(repository -> fill.fill(repository, digest, attempt, deadline));
        } catch (UpstreamException e) {
            if (e.kind() != UpstreamException.Kind.RATE_LIMITED) {
                throw e;
            }
            // Asking again in a minute would be refused too, for every blob of the image: the pull that wants it asks.
            LOG.log(Level.WARNING, "not filled: {0}", e.getMessage());
        }
        return null;
    }
}
