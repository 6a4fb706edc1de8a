package dev.weir.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Digest;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.Referrers;
import dev.weir.oci.RegistryException;
import dev.weir.pull.PullFailedException;
import dev.weir.rules.Repository;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** {@code ListImageReferrers}: what refers to an image, such as signatures and SBOMs. */
public final class ReferrerOperations implements OperationSet {
    private static final int DEFAULT_PAGE = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryDirectory directory;
    private final CallerImages callerImages;

    public ReferrerOperations(RegistryDirectory directory, CallerImages callerImages) {
        this.directory = directory;
        this.callerImages = callerImages;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("ListImageReferrers", this::list);
    }

    /**
     * Where a page begins. Shape as a token: {@code <entries to skip> <upstream's cursor>}.
     *
     * @param cursor upstream's, to the part that the entries are in
     */
    private record Start(int skip, Optional<String> cursor) {
        static Start of(EcrCall call) {
            return EcrJson.last(call).map(Start::parse).orElse(new Start(0, Optional.empty()));
        }

        private static Start parse(String text) {
            int space = text.indexOf(' ');
            if (space < 1 || space > 5 || !text.substring(0, space).matches("[0-9]+")) {
                throw EcrJson.badToken();
            }
            return new Start(
                    Integer.parseInt(text.substring(0, space)),
                    Optional.of(text.substring(space + 1)).filter(cursor -> !cursor.isEmpty()));
        }

        String token() {
            return EcrJson.token(skip + " " + cursor.orElse(""));
        }
    }

    private ObjectNode list(EcrCall call) {
        Repository repository = directory.imagesOf(call);
        Digest subject = subject(call);
        Start start = Start.of(call);
        int limit = call.findNumber("maxResults").orElse(DEFAULT_PAGE);
        Referrers referrers;
        try {
            referrers = callerImages
                    .referrers(call.caller(), repository, subject, start.cursor())
                    .value();
        } catch (RegistryException e) {
            throw new EcrException(
                    e instanceof PullFailedException
                            ? EcrException.Code.UNABLE_TO_LIST_UPSTREAM_IMAGE_REFERRERS
                            : EcrException.Code.ACCESS_DENIED,
                    String.valueOf(e.getMessage()));
        }
        List<ObjectNode> wanted = wanted(call, referrers);
        ObjectNode answer = EcrJson.object();
        ArrayNode shown = answer.putArray("referrers");
        wanted.stream().skip(start.skip()).limit(limit).forEach(shown::add);
        int end = start.skip() + limit;
        Optional<Start> next = wanted.size() > end
                ? Optional.of(new Start(end, start.cursor()))
                : referrers.next().map(cursor -> new Start(0, Optional.of(cursor)));
        next.ifPresent(from -> answer.put("nextToken", from.token()));
        return answer;
    }

    private static Digest subject(EcrCall call) {
        try {
            return Digest.parse(
                    call.input().path("subjectId").path("imageDigest").asText());
        } catch (MalformedValueException e) {
            throw EcrException.invalid("subjectId.imageDigest", String.valueOf(e.getMessage()));
        }
    }

    private static List<ObjectNode> wanted(EcrCall call, Referrers referrers) {
        List<String> types = new ArrayList<>();
        call.input().path("filter").path("artifactTypes").forEach(type -> types.add(type.asText()));
        return StreamSupport.stream(read(referrers).path("manifests").spliterator(), false)
                .filter(entry -> types.isEmpty()
                        || types.contains(entry.path("artifactType").asText()))
                .map(ReferrerOperations::referrer)
                .toList();
    }

    private static JsonNode read(Referrers referrers) {
        try {
            return JSON.readTree(new String(referrers.index().bytes(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an index that the pull answered with is not JSON", e);
        }
    }

    private static ObjectNode referrer(JsonNode entry) {
        ObjectNode json = EcrJson.object()
                .put("digest", entry.path("digest").asText())
                .put("mediaType", entry.path("mediaType").asText())
                .put("size", entry.path("size").asLong());
        if (entry.path("artifactType").isTextual()) {
            json.put("artifactType", entry.path("artifactType").asText());
        }
        if (entry.path("annotations").isObject()) {
            json.set("annotations", entry.path("annotations"));
        }
        return json;
    }
}
