package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlLifeTest {
    @ParameterizedTest
    @CsvSource({"PT1S, 1", "PT5S, 5", "PT15M, 900", "PT1H, 3600"})
    void aSecondToAnHourIsALife(String text, long seconds) {
        assertThat(UrlLife.parse(text).duration()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "PT0S", "PT0.5S", "PT1.5S", "-PT5S", "PT1H1S", "P1D"})
    void anythingElseIsRejectedWithItsNameValueAndRemedy(String text) {
        assertThatThrownBy(() -> UrlLife.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("WEIR_URL_LIFE is '")
                .hasMessageContaining("from PT1S to PT1H");
    }

    @Test
    void usuallyItIsAQuarterOfAnHour() {
        assertThat(UrlLife.USUAL).isEqualTo(UrlLife.parse("PT15M"));
    }
}
