package dev.weir.access.iam;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The query of a presigned GetCallerIdentity URL: parameters that are known, each once, whatever the case of its name.
 *
 * <p>Why the case: STS takes parameters whatever their case, so a second one could say something else to STS than what was checked
 * here (CVE-2022-2385).
 *
 * @param values by lower-case name, decoded
 */
record TokenQuery(Map<String, String> values) {
    private static final Set<String> KNOWN = Set.of(
            "action",
            "version",
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-expires",
            "x-amz-security-token",
            "x-amz-signature",
            "x-amz-signedheaders");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]+");

    static TokenQuery parse(String rawQuery) {
        Map<String, String> values = new HashMap<>();
        for (String parameter : rawQuery.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals < 0) {
                throw new IamTokenException("a parameter has no value");
            }
            String name = decoded(parameter.substring(0, equals)).toLowerCase(Locale.ROOT);
            String value = decoded(parameter.substring(equals + 1));
            if (!KNOWN.contains(name)) {
                throw new IamTokenException("a parameter is not one of a presigned GetCallerIdentity");
            }
            if (!VALUE.matcher(value).matches()) {
                throw new IamTokenException("the value of parameter " + name + " is empty or not printable ASCII");
            }
            if (values.put(name, value) != null) {
                throw new IamTokenException("parameter " + name + " is there twice");
            }
        }
        return new TokenQuery(values);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IamTokenException("a parameter has a malformed percent escape");
        }
    }

    /** A parameter that must be there, of the given shape. */
    String required(String name, Pattern shape) {
        String value = values.get(name);
        if (value == null) {
            throw new IamTokenException("parameter " + name + " is missing");
        }
        if (!shape.matcher(value).matches()) {
            throw new IamTokenException("parameter " + name + " is not of the allowed shape");
        }
        return value;
    }
}
