package dev.weir.control.sts;

import dev.weir.oci.Printable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The parameters of a call in the Query protocol.
 *
 * <p>Shape: a form, {@code Action=GetCallerIdentity&Version=2011-06-15}. Bounds: 64 KiB, 32 parameters, each once.
 */
record StsForm(Map<String, String> parameters) {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_PARAMETERS = 32;

    /** Errors: {@link StsException} MalformedQueryString. */
    static StsForm parse(byte[] body) {
        String[] pairs = body.length > MAX_BYTES
                ? new String[0]
                : new String(body, StandardCharsets.UTF_8).split("&", MAX_PARAMETERS + 1);
        if (body.length > MAX_BYTES || pairs.length > MAX_PARAMETERS) {
            throw malformed(
                    "the form is too large: allowed are " + MAX_BYTES + " bytes and " + MAX_PARAMETERS + " parameters");
        }
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
                throw malformed("the parameter '" + Printable.of(name) + "' is given twice: give it once");
            }
        }
        return new StsForm(parameters);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed("the form can't be decoded: allowed is application/x-www-form-urlencoded");
        }
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Errors: {@link StsException} ValidationError that names the parameter and what is allowed. */
    String get(String name, Predicate<String> allowed, String inWords) {
        return find(name)
                .filter(allowed)
                .orElseThrow(() -> new StsException(
                        StsException.Code.VALIDATION_ERROR,
                        "the parameter '" + name + "' is missing or wrong: allowed is " + inWords));
    }

    private static StsException malformed(String message) {
        return new StsException(StsException.Code.MALFORMED_QUERY_STRING, message);
    }

    /** Without values: one of them is a token. */
    @Override
    public String toString() {
        return "StsForm" + parameters.keySet();
    }
}
