package dev.weir.fake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is written to the audit log from now on, until it is closed. */
public final class AuditLog implements AutoCloseable {
    private static final Pattern FIELD = Pattern.compile("([a-zA-Z]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^ \"]+)( |$)");

    private final Logger logger = Logger.getLogger("dev.weir.audit");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.add(formatter.formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public AuditLog() {
        logger.addHandler(handler);
    }

    /** As they are written, each as often as it is. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    public void clear() {
        lines.clear();
    }

    /** The fields of a line, as a reader takes it apart. Errors: an assertion, where it can't be. */
    public static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(line);
        int end = 0;
        while (field.find(end) && field.start() == end) {
            String value = field.group(2);
            fields.put(
                    field.group(1),
                    value.startsWith("\"")
                            ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
                            : value);
            end = field.end();
        }
        if (end != line.length()) {
            throw new AssertionError("can't be taken apart after " + end + " characters: " + line);
        }
        return fields;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
