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
enum Comparison {
    STRING_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return wanted::equals;
        }
    },
    STRING_EQUALS_IGNORE_CASE {
        @Override
        Predicate<String> with(String wanted) {
            return wanted::equalsIgnoreCase;
        }
    },
    STRING_LIKE {
        @Override
        Predicate<String> with(String wanted) {
            return new Glob(wanted)::matches;
        }
    },
    ARN_LIKE {
        @Override
        Predicate<String> with(String wanted) {
            return ArnPattern.parse(wanted)::matches;
        }
    },
    NUMERIC_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return number(wanted, order -> order == 0);
        }
    },
    NUMERIC_LESS_THAN {
        @Override
        Predicate<String> with(String wanted) {
            return number(wanted, order -> order < 0);
        }
    },
    NUMERIC_LESS_THAN_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return number(wanted, order -> order <= 0);
        }
    },
    NUMERIC_GREATER_THAN {
        @Override
        Predicate<String> with(String wanted) {
            return number(wanted, order -> order > 0);
        }
    },
    NUMERIC_GREATER_THAN_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return number(wanted, order -> order >= 0);
        }
    },
    DATE_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return date(wanted, order -> order == 0);
        }
    },
    DATE_LESS_THAN {
        @Override
        Predicate<String> with(String wanted) {
            return date(wanted, order -> order < 0);
        }
    },
    DATE_LESS_THAN_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return date(wanted, order -> order <= 0);
        }
    },
    DATE_GREATER_THAN {
        @Override
        Predicate<String> with(String wanted) {
            return date(wanted, order -> order > 0);
        }
    },
    DATE_GREATER_THAN_EQUALS {
        @Override
        Predicate<String> with(String wanted) {
            return date(wanted, order -> order >= 0);
        }
    },
    BOOL {
        @Override
        Predicate<String> with(String wanted) {
            if (!wanted.matches("(?i)true|false")) {
                throw new IllegalArgumentException("'" + wanted + "' is not true or false");
            }
            return wanted::equalsIgnoreCase;
        }
    },
    IP_ADDRESS {
        @Override
        Predicate<String> with(String wanted) {
            IpRange range = IpRange.parse(wanted);
            return given -> ofKind(() -> range.contains(given));
        }
    };

    abstract Predicate<String> with(String wanted);

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
