package dev.weir.control.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StsFormTest {
    private static StsForm parse(String form) {
        return StsForm.parse(form.getBytes(StandardCharsets.UTF_8));
    }

    private static StsException.Code failureOf(String form) {
        return catchThrowableOfType(StsException.class, () -> parse(form)).code();
    }

    @Test
    void namesAndValuesAreDecoded() {
        StsForm form = parse("Action=A&Role%41rn=arn%3Aaws+x&Empty=");
        assertThat(form.find("Action")).contains("A");
        assertThat(form.find("RoleArn")).contains("arn:aws x");
        assertThat(form.find("Empty")).contains("");
        assertThat(form.find("Other")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=1&A=2", "A=1&%41=2", "A=%", "A=%zz", "a=%E"})
    void aFormThatCanBeReadInTwoWaysOrInNoneIsRejected(String form) {
        assertThat(failureOf(form)).isEqualTo(StsException.Code.MALFORMED_QUERY_STRING);
    }

    @Test
    void aFormIsBounded() {
        assertThat(failureOf("A=" + "x".repeat(64 * 1024))).isEqualTo(StsException.Code.MALFORMED_QUERY_STRING);
        StringBuilder many = new StringBuilder("P=0");
        for (int i = 1; i < 33; i++) {
            many.append("&P").append(i).append('=');
        }
        assertThat(failureOf(many.toString())).isEqualTo(StsException.Code.MALFORMED_QUERY_STRING);
    }

    @Property(tries = 300)
    void anyFormIsReadOrRejectedInStsWords(@ForAll String form) {
        try {
            assertThat(parse(form).toString()).startsWith("StsForm");
        } catch (StsException e) {
            assertThat(e.code()).isEqualTo(StsException.Code.MALFORMED_QUERY_STRING);
        }
    }
}
