package dev.weir.nativeimage;

import java.lang.ref.Cleaner;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.MappedByteBuffer;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.ZipFile;
import org.objectweb.asm.Type;

/**
 * Follows a class's static initialiser through the bytecode and looks for what native-image refuses in a build-time initialised class:
 * an object that may not be in the image's heap, or the initialisation of a class that is left to run time.
 *
 * <p>A virtual call is followed into the classes that the initialiser has made instances of, so that what is found is nearly always
 * really run; an instance that comes out of another class's static field, and a call by reflection, are not seen. That an object is
 * dropped again before the image is written is not seen either: such a class is named in the test, with the reason.
 *
 * <p>Source: GraalVM, {@code com.oracle.svm.hosted.image.DisallowedImageHeapObjectFeature}; GraalVM reference manual, "Class
 * Initialization in Native Image".
 */
final class StaticInitialiser {
    private static final List<Class<?>> NOT_IN_THE_HEAP = List.of(
            Random.class,
            SplittableRandom.class,
            Thread.class,
            Timer.class,
            Cleaner.class,
            Socket.class,
            ServerSocket.class,
            DatagramSocket.class,
            AbstractInterruptibleChannel.class,
            MappedByteBuffer.class,
            ZipFile.class);

    /** A method that the initialiser runs, and the calls that lead to it. */
    private record Step(String owner, String method, String path) {}

    private final ScannedClasses classes;
    private final Set<String> runTime;
    private final Deque<Step> open = new ArrayDeque<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> allocated = new HashSet<>();
    private final List<Step> virtualCalls = new ArrayList<>();
    private final Map<String, String> problems = new TreeMap<>();

    private StaticInitialiser(ScannedClasses classes, Set<String> runTime) {
        this.classes = classes;
        this.runTime = runTime;
    }

    /** What would stop the image build: the class that it is about → what happens, and the calls that lead to it. */
    static Map<String, String> problems(ScannedClasses classes, Set<String> runTime, String name) {
        StaticInitialiser initialiser = new StaticInitialiser(classes, runTime);
        initialiser.follow(name);
        return initialiser.problems;
    }

    private void follow(String name) {
        open.add(new Step(name, ScannedClass.STATIC_INITIALISER, ""));
        while (!open.isEmpty()) {
            Step step = open.remove();
            if (done.add(step.owner() + "." + step.method())) {
                classes.resolve(step.owner(), step.method()).ifPresent(found -> look(found.getValue(), step));
            }
        }
    }

    private void look(ScannedMethod method, Step step) {
        String path = step.path() + " > " + step.owner() + "." + step.method().replaceAll("\\(.*", "");
        for (String type : method.initialised()) {
            if (runTime.contains(type)) {
                problems.putIfAbsent(type, "initialises " + type + ", which is left to run time:" + path);
            }
        }
        for (String type : method.allocated()) {
            notInTheHeap(type)
                    .ifPresent(reason -> problems.putIfAbsent(type, "makes a " + type + ", " + reason + ":" + path));
            if (allocated.add(type)) {
                virtualCalls.forEach(call -> addIfReceiver(type, call));
            }
        }
        for (ScannedMethod.Call call : method.calls()) {
            String made = madeByFactory(call);
            notInTheHeap(made)
                    .ifPresent(reason -> problems.putIfAbsent(
                            made, "calls " + call.owner() + "." + call.name() + ", " + reason + ":" + path));
            add(call, path);
        }
    }

    private void add(ScannedMethod.Call call, String path) {
        Step step = new Step(call.owner(), call.method(), path);
        if (call.isExact()) {
            open.add(step);
        } else {
            virtualCalls.add(step);
            allocated.forEach(type -> addIfReceiver(type, step));
        }
    }

    private void addIfReceiver(String type, Step call) {
        if (classes.supertypes(type).contains(call.owner())) {
            open.add(new Step(type, call.method(), call.path()));
        }
    }

    /** What a static method of the JDK answers with, if that is a class; the current thread is asked for and not kept. */
    private static String madeByFactory(ScannedMethod.Call call) {
        Type made = Type.getReturnType(call.descriptor());
        boolean isFactory = call.isExact()
                && call.owner().startsWith("java/")
                && !call.name().equals("currentThread")
                && made.getSort() == Type.OBJECT;
        return isFactory ? made.getInternalName() : "java/lang/Object";
    }

    private Optional<String> notInTheHeap(String type) {
        for (String supertype : classes.supertypes(type)) {
            if (runTime.contains(supertype)) {
                return Optional.of("whose initialisation is left to run time");
            }
            Optional<Class<?>> refused = classes.find(supertype).isPresent() ? Optional.empty() : refused(supertype);
            if (refused.isPresent()) {
                return Optional.of("a " + refused.get().getName() + " that may not be in the image's heap");
            }
        }
        return Optional.empty();
    }

    /** Which of the refused types a class of the JDK is. */
    private static Optional<Class<?>> refused(String name) {
        try {
            Class<?> type = Class.forName(name.replace('/', '.'), false, ClassLoader.getPlatformClassLoader());
            return type == ThreadLocalRandom.class
                    ? Optional.empty()
                    : NOT_IN_THE_HEAP.stream()
                            .filter(refused -> refused.isAssignableFrom(type))
                            .findFirst();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
