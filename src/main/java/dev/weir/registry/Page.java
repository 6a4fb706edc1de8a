package dev.weir.registry;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.ListRange;
import dev.weir.oci.Printable;
import dev.weir.oci.RegistryException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which part of a list is asked for: those after {@code last}, at most {@code n}.
 *
 * <p>Units: {@code n} is at most {@value #MAX}, also when it is not given.
 *
 * <p>Source: distribution-spec, "Listing Tags".
 */
record Page(int n, Optional<String> last) {
    static final int MAX = 10_000;

    static Page of(RegistryRequest request) {
        int n = request.queryValue("n").map(Page::number).orElse(MAX);
        return new Page(Math.min(n, MAX), request.queryValue("last").filter(last -> !last.isEmpty()));
    }

    private static int number(String value) {
        if (!value.matches("[0-9]{1,9}")) {
            throw new RegistryException(
                    ErrorCode.PAGINATION_INVALID, "n '" + Printable.of(value) + "' is not a number of results");
        }
        return Integer.parseInt(value);
    }

    /**
     * The Link header to the part after {@code lastShown}.
     *
     * @param more further parameters, {@code &name=value} each
     */
    String link(String path, String lastShown, String more) {
        return "<" + path + "?n=" + n + "&last=" + encoded(lastShown) + more + ">; rel=\"next\"";
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** What upstream is asked for; of a page without results one, which tells whether there is such a list. */
    ListRange range() {
        return new ListRange(Math.max(1, n), last);
    }
}
