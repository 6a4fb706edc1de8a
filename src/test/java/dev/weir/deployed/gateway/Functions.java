package dev.weir.deployed.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Invokes functions by their logical ids in template.yaml. */
public interface Functions {

    /** Waits for the function's result. */
    FunctionResult invoke(String logicalId, byte[] event);

    /** The logical id of the function whose alias an integration's or authorizer's URI names. */
    static String idIn(String uri) {
        Matcher matcher = Pattern.compile("<(\\w+)\\.Alias>").matcher(uri);
        if (!matcher.find()) {
            throw new IllegalArgumentException("the URI names no alias of a function: " + uri);
        }
        return matcher.group(1);
    }
}
