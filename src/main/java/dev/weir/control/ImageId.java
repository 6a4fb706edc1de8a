package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Digest;
import dev.weir.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Which image a call means, as it says it: by a digest, by a tag, or by both. */
record ImageId(Optional<String> digest, Optional<String> tag) {

    static List<ImageId> listOf(EcrCall call) {
        return StreamSupport.stream(call.input().path("imageIds").spliterator(), false)
                .map(ImageId::of)
                .toList();
    }

    private static ImageId of(JsonNode json) {
        return new ImageId(
                Optional.ofNullable(json.path("imageDigest").textValue()),
                Optional.ofNullable(json.path("imageTag").textValue()));
    }

    static ImageId of(Digest digest, Optional<Tag> tag) {
        return new ImageId(Optional.of(digest.toString()), tag.map(Tag::value));
    }

    ObjectNode json() {
        ObjectNode json = EcrJson.object();
        digest.ifPresent(value -> json.put("imageDigest", value));
        tag.ifPresent(value -> json.put("imageTag", value));
        return json;
    }

    /** As ECR's messages write it. */
    @Override
    public String toString() {
        return "{imageDigest:'" + digest.orElse("null") + "', imageTag:'" + tag.orElse("null") + "'}";
    }
}
