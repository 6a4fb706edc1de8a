package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Printable;
import dev.weir.rules.TagMutability;
import dev.weir.store.ImageScanning;
import dev.weir.store.StoredRepository;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** Parts of inputs and answers that several operations share. */
final class EcrJson {
    static final int MAX_TAGS = 50;
    private static final int MAX_TAG_KEY = 128;
    private static final int MAX_TAG_VALUE = 256;

    private EcrJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Epoch seconds with their milliseconds, as JSON 1.1 writes times. */
    static BigDecimal seconds(Instant at) {
        return BigDecimal.valueOf(at.toEpochMilli(), 3);
    }

    /** As ECR's {@code Repository}. */
    static ObjectNode repository(StoredRepository repository, RegistryIdentity identity) {
        ObjectNode json = object().put("repositoryArn", identity.repositoryArn(repository.name()))
                .put("registryId", identity.account())
                .put("repositoryName", repository.name().value())
                .put("repositoryUri", identity.host() + "/" + repository.name());
        repository.createdAt().ifPresent(at -> json.put("createdAt", seconds(at)));
        putMutability(json, repository.settings().tagMutability());
        json.set("imageScanningConfiguration", scanning(repository));
        json.putObject("encryptionConfiguration").put("encryptionType", "AES256");
        return json;
    }

    static ObjectNode scanning(StoredRepository repository) {
        return object().put("scanOnPush", repository.scanning() == ImageScanning.ON_PUSH);
    }

    static void putMutability(ObjectNode json, TagMutability mutability) {
        json.put("imageTagMutability", mutability.toString());
        if (!mutability.exclusionFilters().isEmpty()) {
            ArrayNode filters = json.putArray("imageTagMutabilityExclusionFilters");
            mutability.exclusionFilters().forEach(filter -> filters.addObject()
                    .put("filterType", "WILDCARD")
                    .put("filter", filter));
        }
    }

    /** Empty where the input doesn't say. Errors: InvalidParameterException where value and filters don't fit. */
    static Optional<TagMutability> findMutability(JsonNode input) {
        JsonNode filters = input.path("imageTagMutabilityExclusionFilters");
        if (!input.path("imageTagMutability").isTextual() && filters.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TagMutability.parse(
                    input.path("imageTagMutability").asText("MUTABLE"),
                    StreamSupport.stream(filters.spliterator(), false)
                            .map(filter -> filter.path("filter").asText())
                            .toList()));
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid("imageTagMutability", String.valueOf(e.getMessage()));
        }
    }

    /** Tags as {@code [{"Key":…,"Value":…}]}. Errors: InvalidTagParameterException, TooManyTagsException. */
    static Map<String, String> tags(JsonNode list) {
        Map<String, String> tags = new TreeMap<>();
        for (JsonNode tag : list) {
            String key = tag.path("Key").asText();
            String value = tag.path("Value").asText();
            if (key.isEmpty()
                    || key.length() > MAX_TAG_KEY
                    || key.startsWith("aws:")
                    || value.length() > MAX_TAG_VALUE) {
                throw new EcrException(
                        EcrException.Code.INVALID_TAG_PARAMETER,
                        "tag '" + Printable.of(key)
                                + "': a key has 1 to " + MAX_TAG_KEY
                                + " characters and doesn't start with aws:, a value has at most "
                                + MAX_TAG_VALUE);
            }
            if (tags.put(key, value) != null) {
                throw new EcrException(
                        EcrException.Code.INVALID_TAG_PARAMETER, "tag '" + key + "' is given twice: leave one out");
            }
        }
        if (tags.size() > MAX_TAGS) {
            throw new EcrException(
                    EcrException.Code.TOO_MANY_TAGS, tags.size() + " tags: a resource has at most " + MAX_TAGS);
        }
        return tags;
    }

    /** A page's end as a token. */
    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the page before ended. Errors: InvalidParameterException on what {@link #token} did not make. */
    static Optional<String> last(EcrCall call) {
        return call.findText("nextToken").map(token -> {
            try {
                return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw badToken();
            }
        });
    }

    static EcrException badToken() {
        return EcrException.invalid("nextToken", "must be the nextToken of the answer before");
    }
}
