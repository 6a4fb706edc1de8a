package dev.weir.deployed.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Invokes a function by its name in template.yaml and waits for the answer. */
public interface Functions {

    FunctionResult invoke(String logicalId, byte[] event);

    /** The function in an integration's or authorizer's URI. */
    static String named(String uri) {
        Matcher matcher = Pattern.compile("<(\\w+)\\.Alias>").matcher(uri);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no function's alias in " + uri);
        }
        return matcher.group(1);
    }
}
