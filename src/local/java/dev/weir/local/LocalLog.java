package dev.weir.local;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Plain log lines on standard error, one for each event: time, level, message. */
final class LocalLog {
    private LocalLog() {}

    static void start() {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.INFO);
        Handler console = new ConsoleHandler();
        console.setFormatter(new Line());
        root.addHandler(console);
        Vertx.CONNECTIONS.setLevel(Level.OFF);
    }

    /** The JDK's formatter looks in the stack for who logs, line by line: a tenth of what a hot pull takes. */
    static final class Line extends Formatter {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

        private static final int LEVEL_WIDTH = 7;

        @Override
        public String format(LogRecord entry) {
            String level = entry.getLevel().getName();
            StringBuilder line = new StringBuilder();
            TIME.formatTo(entry.getInstant(), line);
            line.append(' ').append(level).append(" ".repeat(Math.max(0, LEVEL_WIDTH - level.length())));
            line.append(' ').append(formatMessage(entry)).append(System.lineSeparator());
            if (entry.getThrown() != null) {
                StringWriter trace = new StringWriter();
                entry.getThrown().printStackTrace(new PrintWriter(trace, true));
                line.append(trace);
            }
            return line.toString();
        }
    }

    /** Initialized after the log manager is chosen; a field keeps the logger, since the JDK drops loggers that no field holds. */
    private static final class Vertx {
        /** It reports each client that goes away in the middle of a file as an error with a stack trace. */
        static final Logger CONNECTIONS = Logger.getLogger("io.vertx.core.net.impl.ConnectionBase");
    }
}
