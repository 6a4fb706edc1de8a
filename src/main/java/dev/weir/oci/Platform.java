package dev.weir.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on. Shape: {@code linux/arm64/v8}; an empty variant when there is none.
 *
 * <p>Source: image-spec, "Image Index", {@code platform}; "Image Configuration".
 */
public record Platform(String os, String architecture, String variant) {
    /** What clients take a missing variant for (containerd, {@code platforms.Normalize}). */
    private static final Map<String, String> USUAL_VARIANT = Map.of("arm64", "v8", "arm", "v7");

    private static final Pattern TEXT = Pattern.compile("([a-z0-9.]{1,32})/([a-z0-9]{1,32})(?:/([a-z0-9.]{1,32}))?");

    /**
     * From the {@code platform} of an index's entry, or from an image's configuration, which has the same fields. Reads the
     * parser's current value, whatever it is, and leaves the parser at its end.
     */
    static Optional<Platform> read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return Optional.empty();
        }
        String os = "";
        String architecture = "";
        String variant = "";
        for (String field = BoundedJson.nextField(json); field != null; field = BoundedJson.nextField(json)) {
            switch (field) {
                case "os" -> os = BoundedJson.text(json);
                case "architecture" -> architecture = BoundedJson.text(json);
                case "variant" -> variant = BoundedJson.text(json);
                default -> json.skipChildren();
            }
        }
        if (os.isEmpty() || architecture.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(normalized(os, architecture, variant));
    }

    private static Platform normalized(String os, String architecture, String variant) {
        String usual = USUAL_VARIANT.getOrDefault(architecture, "");
        return new Platform(os, architecture, variant.isEmpty() ? usual : variant);
    }

    /** Parses {@code os/architecture[/variant]}. Errors: {@link IllegalArgumentException}. */
    public static Platform parse(String value) {
        Matcher parts = TEXT.matcher(value);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + value + "' is not os/architecture[/variant]");
        }
        return normalized(parts.group(1), parts.group(2), parts.group(3) == null ? "" : parts.group(3));
    }

    /** Of an image, by the bytes of its configuration; empty when they tell none. */
    public static Optional<Platform> ofConfiguration(byte[] configuration) {
        try {
            return BoundedJson.read(configuration, Platform::read);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
