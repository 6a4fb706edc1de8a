package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LocalLogTest {
    private final LocalLog.Line line = new LocalLog.Line();

    @Test
    void anEventIsOneLineOfTimeLevelAndMessage() {
        LogRecord entry = new LogRecord(Level.INFO, "{0} was removed: it can''t be written");
        entry.setParameters(new Object[] {"sha256:1"});
        assertThat(line.format(entry))
                .matches("[0-2][0-9]:[0-5][0-9]:[0-5][0-9] INFO    sha256:1 was removed: it can't be written\\R");
        assertThat(line.format(new LogRecord(Level.WARNING, "as it is: {}")))
                .matches("[0-9:]{8} WARNING as it is: \\{}\\R");
    }

    @Test
    void aFailureIsFollowedByItsStack() {
        LogRecord entry = new LogRecord(Level.SEVERE, "not answered");
        entry.setThrown(new IllegalStateException("broken", new RuntimeException("the cause")));
        assertThat(line.format(entry).lines()).element(1).isEqualTo("java.lang.IllegalStateException: broken");
        assertThat(line.format(entry))
                .contains("LocalLogTest")
                .contains("Caused by: java.lang.RuntimeException: the cause");
    }
}
