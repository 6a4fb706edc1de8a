package dev.weir.fill;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;

/** A stream that ends in an exception when the time for it is up. */
final class DeadlineInputStream extends FilterInputStream {

    private final Clock clock;
    private final Instant deadline;

    DeadlineInputStream(InputStream in, Clock clock, Instant deadline) {
        super(in);
        this.clock = clock;
        this.deadline = deadline;
    }

    private void check() throws IOException {
        if (!clock.instant().isBefore(deadline)) {
            throw new IOException("not all read by " + deadline);
        }
    }

    @Override
    public int read() throws IOException {
        check();
        return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        check();
        return in.read(buffer, offset, length);
    }
}
