package dev.weir.time;

import java.util.concurrent.ThreadFactory;

/** Makes threads that don't keep the process alive. */
public record DaemonThreads(String name) implements ThreadFactory {

    /** @param name of each thread, for logs and thread dumps */
    public static ThreadFactory named(String name) {
        return new DaemonThreads(name);
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
