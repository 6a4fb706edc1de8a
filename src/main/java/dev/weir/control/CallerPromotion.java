package dev.weir.control;

import dev.weir.access.Caller;
import dev.weir.oci.Manifest;
import dev.weir.promote.MissingContentException;
import dev.weir.promote.Promotion;
import dev.weir.rules.HostedRepository;

/** Promotes what callers may read: whoever calls by a policy promotes no image that it could not pull. */
public record CallerPromotion(Promotion promotion, CallerImages callerImages) {

    /** Errors: LayersNotFoundException, ReferencedImagesNotFoundException, InvalidParameterException. */
    void link(Caller caller, HostedRepository repository, Manifest image) {
        try {
            if (caller.isDerived()) {
                promotion.linkFrom((holder, part) -> callerImages.mayRead(caller, holder, part), repository, image);
            } else {
                promotion.link(repository, image);
            }
        } catch (MissingContentException e) {
            throw new EcrException(
                    e.part() == MissingContentException.Part.LAYERS
                            ? EcrException.Code.LAYERS_NOT_FOUND
                            : EcrException.Code.REFERENCED_IMAGES_NOT_FOUND,
                    String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid("imageManifest", String.valueOf(e.getMessage()));
        }
    }
}
