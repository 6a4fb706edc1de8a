package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No text, however it is made, takes a pattern of ECR's model more than a few looks at each of its characters. */
class EcrModelPatternsTest {
    static Stream<Map.Entry<String, JsonNode>> patterns() {
        return EcrModelShapesTest.INPUTS.shapes().entrySet().stream()
                .filter(shape -> shape.getValue().has("pattern"));
    }

    /** Counts how often a matcher looks at a character, and ends it when that is too often. */
    private static final class CountedText implements CharSequence {
        private static final int MAX_LOOKS_AT_EACH = 20;

        private final String text;
        private long looks;

        private CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            if (looks > (long) MAX_LOOKS_AT_EACH * text.length()) {
                throw new AssertionError("more than " + MAX_LOOKS_AT_EACH + " looks at each character of " + text);
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Long texts that match up to their end: the beginning of one that matches, two characters over and over, and one that doesn't. */
    private static List<String> hostile(String sample, int length) {
        List<String> alphabet = List.of("a", "A", "0", ".", "_", "-", "/", ":", "*", "+", ",", "=", "@");
        List<String> texts = new ArrayList<>();
        for (int cut = 0; cut <= sample.length(); cut++) {
            String start = sample.substring(0, cut);
            for (String one : alphabet) {
                for (String other : alphabet) {
                    texts.add(start + (one + other).repeat((length - cut) / 2) + "!");
                }
            }
        }
        return texts;
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void noTextMakesAPatternLookAtACharacterAgainAndAgain(Map.Entry<String, JsonNode> shape) {
        Pattern pattern = Pattern.compile(shape.getValue().path("pattern").asText());
        int length = shape.getValue().path("max").asInt(1_000);
        for (String text : hostile(EcrModelShapesTest.sampleOf(shape.getKey()).taken(), Math.max(length, 100))) {
            assertThat(pattern.matcher(new CountedText(text)).matches())
                    .as(text)
                    .isFalse();
        }
    }

    /** As ECR's model has the filter of a scanning configuration; ours is the same without the many ways to match. */
    @Test
    void aPatternWithManyWaysToMatchWouldBeFound() {
        Pattern pattern = Pattern.compile("^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$");

        assertThatThrownBy(() -> hostile("a*b/c", 255)
                        .forEach(text -> pattern.matcher(new CountedText(text)).matches()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("looks at each character");
    }
}
