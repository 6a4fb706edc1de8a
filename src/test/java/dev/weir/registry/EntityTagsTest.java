package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\" | true",
                "W/\"a\" | true",
                "\"b\", \"a\" | true",
                "\"b\",W/\"c\" , W/\"a\" | true",
                "\"b,c\", \"a\" | true",
                "* | true",
                "\"b\" | false",
                "a | false",
                "\"a | false",
                "\"b, a\" | false",
                "w/\"a\" | false",
                "\"*\" | false",
                "x\"a\" | false",
            })
    void matchesByTheWeakComparison(String header, boolean matches) {
        assertThat(EntityTags.match(List.of(header), "a")).isEqualTo(matches);
        assertThat(EntityTags.match(List.of("\"z\"", header), "a")).isEqualTo(matches);
    }
}
