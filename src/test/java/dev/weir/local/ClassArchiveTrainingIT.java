package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mvnw -Plocal} ends with an error when its training run can't pull. */
class ClassArchiveTrainingIT {
    @Test
    void theImageIsPulledToItsLastByte(@TempDir Path folder) throws Exception {
        assertThat(ClassArchiveTraining.run(folder)).hasSize(5 * 1024 * 1024).containsOnly(0);
    }
}
