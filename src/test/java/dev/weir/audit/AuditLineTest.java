package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.AuditLog;
import dev.weir.oci.Printable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AuditLineTest {
    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> parts = Arbitraries.of(
                "\n",
                "\r\n",
                "\u2028",
                "\u001b[31m",
                " ",
                "\"",
                "\\",
                "=",
                "{0}",
                "'",
                "decision=ALLOWED",
                "é",
                "weir:user/ci");
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(400),
                parts.list().ofMaxSize(12).map(list -> String.join("", list)));
    }

    @Property(tries = 300)
    void whateverTheValuesAreALineIsReadAsItWasWritten(
            @ForAll("values") String principal, @ForAll("values") String value) {
        try (AuditLog log = new AuditLog()) {
            AuditLine.of(principal)
                    .and("image", value)
                    .and("decision", "DENIED")
                    .write();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0)).matches("[ -~]+");
            assertThat(AuditLog.fields(log.lines().get(0)))
                    .containsEntry("principal", Printable.of(principal, 300))
                    .containsEntry("image", Printable.of(value, 300))
                    .containsEntry("decision", "DENIED")
                    .hasSize(3);
        }
    }

    @Test
    void onlyValuesThatNeedItAreInQuotes() {
        try (AuditLog log = new AuditLog()) {
            AuditLine.ofNobody()
                    .and("image", "up/app:1")
                    .and("by", "")
                    .and("reason", "a \"b\" \\ c")
                    .write();
            assertThat(log.lines()).containsExactly("principal=- image=up/app:1 by=\"\" reason=\"a \\\"b\\\" \\\\ c\"");
        }
    }
}
