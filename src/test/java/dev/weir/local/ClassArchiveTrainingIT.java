package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a build's archive is used is checked end to end, for a newcomer. */
class ClassArchiveTrainingIT {
    @Test
    void theImageIsPulledToItsLastByte(@TempDir Path folder) throws Exception {
        assertThat(ClassArchiveTraining.run(folder)).hasSize(5 * 1024 * 1024).containsOnly(0);
    }
}
