package dev.weir.fill;

import dev.weir.time.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that ends in an exception when the deadline is over. */
final class DeadlineInputStream extends FilterInputStream {
    private final Deadline deadline;

    DeadlineInputStream(InputStream in, Deadline deadline) {
        super(in);
        this.deadline = deadline;
    }

    private void check() throws IOException {
        if (deadline.isOver()) {
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
