package dev.weir.deployed.aws;

import java.util.Locale;

/** The names that resources of template.yaml have on this machine. */
public final class ResourceNames {
    private ResourceNames() {}

    /** {@code weir-table} for the reference {@code <Table>}; a value that is not a reference stays as it is. */
    public static String physical(String value) {
        return value.matches("<\\w+>")
                ? "weir-" + value.substring(1, value.length() - 1).toLowerCase(Locale.ROOT)
                : value;
    }
}
