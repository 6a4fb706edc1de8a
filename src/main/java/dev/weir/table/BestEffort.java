package dev.weir.table;

import dev.weir.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads and writes whose failure must not fail a pull: it is logged, and the pull goes on without, or with what was read before. */
final class BestEffort {
    private static final Logger LOG = System.getLogger(BestEffort.class.getName());

    private BestEffort() {}

    /** @param what was not done, for the log */
    static void run(String what, Runnable write) {
        get(what, true, () -> {
            write.run();
            return true;
        });
    }

    /** Takes the failures of the table, each with a line in the log: what was read last serves on meanwhile. */
    static Predicate<RuntimeException> servingTheLast(String what) {
        return e -> {
            boolean passes = e instanceof StoreException;
            if (passes) {
                LOG.log(Level.WARNING, "the {0} are served as they last were: {1}", what, e.getMessage());
            }
            return passes;
        };
    }

    /** The value, or another when the table fails. */
    static <T> T get(String what, T otherwise, Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "{0} failed: {1}", what, e.getMessage());
            return otherwise;
        }
    }
}
