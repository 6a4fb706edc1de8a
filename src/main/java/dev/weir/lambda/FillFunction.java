package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.weir.cache.BlobFill;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.Rules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Named;
import org.jspecify.annotations.Nullable;

/** Takes up "Blob Fill Requested". A blob that is there, or being filled, or whose rule is gone, is nothing to do. */
@Named("fill")
public final class FillFunction implements RequestHandler<FillFunction.Event, @Nullable Void> {

    /** The event, as far as it matters. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Event(Detail detail) {}

    /** What to fill. */
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Detail(String repository, String digest) {}

    private final Rules rules;
    private final BlobFill fill;

    FillFunction(Rules rules, BlobFill fill) {
        this.rules = rules;
        this.fill = fill;
    }

    @Override
    public @Nullable Void handleRequest(Event event, Context context) {
        Digest digest = Digest.parse(event.detail().digest());
        rules.match(RepositoryName.parse(event.detail().repository()))
                .ifPresent(repository -> fill.fill(repository, digest));
        return null;
    }
}
