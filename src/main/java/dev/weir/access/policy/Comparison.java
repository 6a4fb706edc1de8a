package dev.weir.access.policy;

import dev.weir.oci.Glob;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * What makes a key's value match a policy's. A value of the request that is not of the comparison's kind matches nothing.
 *
 * <p>Errors: {@link #with} throws {@link IllegalArgumentException} for a policy's value that is not of the comparison's kind.
 */
@FunctionalInterface
interface Comparison {
    Comparison STRING_EQUALS = wanted -> wanted::equals;
    Comparison STRING_EQUALS_IGNORE_CASE = wanted -> wanted::equalsIgnoreCase;
    Comparison STRING_LIKE = wanted -> new Glob(wanted)::matches;
    Comparison ARN_LIKE = wanted -> ArnPattern.parse(wanted)::matches;
    Comparison BOOL = Comparison::bool;
    Comparison IP_ADDRESS = Comparison::ipAddress;

    /** What a value of the request has to satisfy. */
    Predicate<String> with(String wanted);

    /** @param order whether the sign of given compared with wanted will do */
    static Comparison ofNumbers(IntPredicate order) {
        return wanted -> number(wanted, order);
    }

    /** @param order whether the sign of given compared with wanted will do */
    static Comparison ofDates(IntPredicate order) {
        return wanted -> date(wanted, order);
    }

    private static Predicate<String> bool(String wanted) {
        if (!wanted.matches("(?i)true|false")) {
            throw new IllegalArgumentException("'" + wanted + "' is not true or false");
        }
        return wanted::equalsIgnoreCase;
    }

    private static Predicate<String> ipAddress(String wanted) {
        IpRange range = IpRange.parse(wanted);
        return given -> ofKind(() -> range.contains(given));
    }

    private static Predicate<String> number(String wanted, IntPredicate order) {
        BigDecimal limit = decimal(wanted);
        return given -> ofKind(() -> order.test(decimal(given).compareTo(limit)));
    }

    private static BigDecimal decimal(String text) {
        if (!text.matches("[+-]?[0-9]{1,18}(\\.[0-9]{1,9})?")) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
        }
        return new BigDecimal(text);
    }

    private static Predicate<String> date(String wanted, IntPredicate order) {
        Instant limit = instant(wanted);
        return given -> ofKind(() -> order.test(instant(given).compareTo(limit)));
    }

    /** ISO 8601 with a zone, a date for its first moment in UTC, or epoch seconds. */
    private static Instant instant(String text) {
        try {
            if (text.matches("[0-9]{1,12}")) {
                return Instant.ofEpochSecond(Long.parseLong(text));
            }
            return text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time such as 2026-11-01T00:00:00Z", e);
        }
    }

    /** What can't be read as the comparison's kind is not equal, not less and not more. */
    private static boolean ofKind(BooleanSupplier test) {
        try {
            return test.getAsBoolean();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
