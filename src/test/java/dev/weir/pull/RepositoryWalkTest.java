package dev.weir.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.oci.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryWalkTest {
    private static final int PART = 10;
    private static final int MAX_PARTS = 5;

    private int reads;

    private RepositoryWalk walk(int repositories) {
        List<RepositoryName> all = IntStream.range(0, repositories)
                .mapToObj(RepositoryWalkTest::name)
                .toList();
        return new RepositoryWalk(
                (last, limit) -> {
                    reads++;
                    return all.stream()
                            .filter(name -> last.isEmpty()
                                    || name.value().compareTo(last.get().value()) > 0)
                            .limit(limit)
                            .toList();
                },
                PART,
                MAX_PARTS);
    }

    private static RepositoryName name(int number) {
        return RepositoryName.parse("up/app-%05d".formatted(number));
    }

    private static int number(RepositoryName name) {
        return Integer.parseInt(name.value().substring("up/app-".length()));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 3", "1, 1, 1", "7, 1, 7", "10, 1, 10", "100, 7, 3", "100, 1, 25", "101, 3, 10", "400, 120, 2"})
    void thePagesTogetherAreAllThatIsSeenOnceEach(int repositories, int everyNth, int limit) {
        Predicate<RepositoryName> isSeen = name -> number(name) % everyNth == 0;
        List<RepositoryName> shown = new ArrayList<>();
        Optional<RepositoryName> last = Optional.empty();
        do {
            reads = 0;
            RepositoryPage page = walk(repositories).seen(last, limit, isSeen);
            assertThat(page.names()).hasSizeLessThanOrEqualTo(limit);
            assertThat(reads).isLessThanOrEqualTo(MAX_PARTS);
            shown.addAll(page.names());
            last = page.next();
        } while (last.isPresent());

        assertThat(shown)
                .containsExactlyElementsOf(IntStream.range(0, repositories)
                        .filter(number -> number % everyNth == 0)
                        .mapToObj(RepositoryWalkTest::name)
                        .toList());
    }

    @Test
    void aFullPageBehindWhichNothingIsSeenHasNoNext() {
        assertThat(walk(4).seen(Optional.empty(), 2, name -> number(name) < 2).next())
                .isEmpty();
    }

    @Test
    void amongHiddenOnesTheWalkEndsAtItsBound() {
        RepositoryPage page = walk(1_000).seen(Optional.empty(), 2, name -> false);

        assertThat(reads).isEqualTo(MAX_PARTS);
        assertThat(page).isEqualTo(new RepositoryPage(List.of(), Optional.of(name(PART * MAX_PARTS - 1))));
    }
}
