package dev.weir.control;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Why one image of a batch was not dealt with.
 *
 * @param code one of ECR's {@code ImageFailureCode}
 */
record ImageFailure(ImageId id, String code, String reason) {
    static final String NOT_FOUND = "ImageNotFound";

    static ImageFailure notFound(ImageId id) {
        return new ImageFailure(id, NOT_FOUND, "Requested image not found");
    }

    ObjectNode json() {
        ObjectNode json = EcrJson.object();
        json.set("imageId", id.json());
        return json.put("failureCode", code).put("failureReason", reason);
    }
}
