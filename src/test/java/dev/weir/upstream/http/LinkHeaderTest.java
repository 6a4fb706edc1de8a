package dev.weir.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkHeaderTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "</v2/a/tags/list?n=2&last=b>; rel=\"next\" | /v2/a/tags/list?n=2&last=b",
                "</x>;rel=next | /x",
                "</x> ; REL = NEXT | /x",
                "</x>; title=\"a, b; c\\\" >\"; rel=\"next\" | /x",
                "</x>; rel=\"prev next\" | /x",
                "</p>; rel=prev, </x>; rel=next | /x",
                ", ,</p>, </x>; type=\"t\"; rel=next; rel=prev | /x",
                "</x>; rel=prev; rel=next | ~~",
                "</x>; rel=nexts | ~~",
                "</x>; title=\"rel=next\" | ~~",
                "</a,b;c>; rel=next | /a,b;c",
                "~~ | ~~",
            })
    void findsTheNextPage(String header, String target) {
        assertThat(LinkHeader.next(List.of(header)).orElse("")).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"</x; rel=next", "/x; rel=next", "</x>; rel=\"next", "</x> rel=next"})
    void rejectsWhatIsNotALink(String header) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkHeader.next(List.of(header)))
                .withMessageContaining("Link header");
    }

    @Test
    void looksAtEachCharacterAFewTimesWhateverIsSent() {
        for (String piece : List.of("<", ">", ";", ",", "\"", "\\", " ", "a", "=", "<>;", "<>;a=", "<>; a=\"\" ")) {
            CountedText text = new CountedText(piece.repeat(LinkHeader.MAX_LENGTH / piece.length()));
            try {
                LinkHeader.next(List.of(text));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("Link header");
            }
            assertThat(text.looks.get()).as(piece).isLessThanOrEqualTo(6L * LinkHeader.MAX_LENGTH);
        }
    }

    @Test
    void doesNotLookIntoAHeaderThatIsTooLong() {
        CountedText text = new CountedText("<" + " ".repeat(30_000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkHeader.next(List.of(text)))
                .withMessageContaining("30001 characters");
        assertThat(text.looks.get()).isZero();
    }

    /** Counts how often one of its characters is looked at. */
    private record CountedText(String text, AtomicLong looks) implements CharSequence {
        CountedText(String text) {
            this(text, new AtomicLong());
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks.incrementAndGet();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            looks.addAndGet(end - start);
            return text.subSequence(start, end);
        }
    }
}
