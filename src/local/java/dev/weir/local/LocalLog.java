package dev.weir.local;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Plain log lines on standard error, one for each event: time, level, message. */
final class LocalLog {
    private static final String FORMAT = "%1$tH:%1$tM:%1$tS %4$-7s %5$s%6$s%n";

    private LocalLog() {}

    static void start() {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty("java.util.logging.SimpleFormatter.format", FORMAT);
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.JULLogDelegateFactory");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.INFO);
        root.addHandler(new ConsoleHandler());
        Vertx.CONNECTIONS.setLevel(Level.OFF);
    }

    /** Initialized after the log manager is chosen; a field keeps the logger, since the JDK drops loggers that no field holds. */
    private static final class Vertx {
        /** It reports each client that goes away in the middle of a file as an error with a stack trace. */
        static final Logger CONNECTIONS = Logger.getLogger("io.vertx.core.net.impl.ConnectionBase");
    }
}
