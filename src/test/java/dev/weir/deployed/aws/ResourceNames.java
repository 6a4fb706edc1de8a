package dev.weir.deployed.aws;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that resources of template.yaml have on this machine. */
public final class ResourceNames {
    private static final Pattern REFERENCE = Pattern.compile("(|https://)<(\\w+)>(|\\..*)");

    private ResourceNames() {}

    /** {@code weir-table} for the reference {@code <Table>}, alone or as the host of a URL; all else stays as it is. */
    public static String physical(String value) {
        Matcher reference = REFERENCE.matcher(value);
        return reference.matches()
                ? reference.group(1) + "weir-" + reference.group(2).toLowerCase(Locale.ROOT) + reference.group(3)
                : value;
    }
}
