package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.local.ByteRange.Selection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, section 14: what a Range header selects. */
class ByteRangeTest {

    @ParameterizedTest(name = "{0} of {1} bytes")
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0                  | 10 | PART          | 0 | 1",
                "bytes=2-5                  | 10 | PART          | 2 | 4",
                "bytes=9-                   | 10 | PART          | 9 | 1",
                "bytes=0-                   | 10 | PART          | 0 | 10",
                "bytes=0-99999999999999999999 | 10 | PART        | 0 | 10",
                "bytes=-3                   | 10 | PART          | 7 | 3",
                "bytes=-99999999999999999999 | 10 | PART         | 0 | 10",
                "BYTES=2-5                  | 10 | PART          | 2 | 4",
                "bytes= 2-5                 | 10 | PART          | 2 | 4",
                "bytes=10-                  | 10 | UNSATISFIABLE | 0 | 0",
                "bytes=99999999999999999999- | 10 | UNSATISFIABLE | 0 | 0",
                "bytes=-0                   | 10 | UNSATISFIABLE | 0 | 0",
                "bytes=0-                   | 0  | UNSATISFIABLE | 0 | 0",
                "bytes=-5                   | 0  | WHOLE         | 0 | 0",
                "bytes=5-2                  | 10 | WHOLE         | 0 | 10",
                "bytes=0-1,3-4              | 10 | WHOLE         | 0 | 10",
                "bytes=0-1,                 | 10 | WHOLE         | 0 | 10",
                "bytes=-                    | 10 | WHOLE         | 0 | 10",
                "bytes=a-b                  | 10 | WHOLE         | 0 | 10",
                "bytes=+1-2                 | 10 | WHOLE         | 0 | 10",
                "bytes=1-2-3                | 10 | WHOLE         | 0 | 10",
                "bytes                      | 10 | WHOLE         | 0 | 10",
                "items=0-1                  | 10 | WHOLE         | 0 | 10",
                "''                         | 10 | WHOLE         | 0 | 10",
            })
    void selects(String header, long size, Selection selection, long first, long length) {
        assertThat(ByteRange.of(List.of(header), size)).isEqualTo(new ByteRange(selection, first, length));
    }

    @Test
    void selectsTheWholeWithoutAHeaderOrWithSeveral() {
        ByteRange whole = new ByteRange(Selection.WHOLE, 0, 10);
        assertThat(ByteRange.of(List.of(), 10)).isEqualTo(whole);
        assertThat(ByteRange.of(List.of("bytes=0-1", "bytes=3-4"), 10)).isEqualTo(whole);
    }
}
