package dev.weir.registry;

import dev.weir.oci.RepositoryName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository's name, and the moment at which its tags are meant.
 *
 * <p>Shape: {@code at-2026-11-01/docker-hub/library/alpine} is {@code docker-hub/library/alpine} at the beginning of that day in UTC;
 * any other name means now.
 */
record DatedName(RepositoryName name, Optional<Instant> asOf) {
    private static final Pattern DATED = Pattern.compile("at-([0-9]{4}-[0-9]{2}-[0-9]{2})/(.+)");

    static DatedName of(RepositoryName asked) {
        Matcher dated = DATED.matcher(asked.value());
        if (!dated.matches()) {
            return new DatedName(asked, Optional.empty());
        }
        try {
            Instant day =
                    LocalDate.parse(dated.group(1)).atStartOfDay(ZoneOffset.UTC).toInstant();
            return new DatedName(RepositoryName.parse(dated.group(2)), Optional.of(day));
        } catch (DateTimeException e) {
            return new DatedName(asked, Optional.empty());
        }
    }
}
