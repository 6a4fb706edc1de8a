package dev.weir.nativeimage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The classes whose static state native-image leaves to run time: those that Quarkus' generated feature names, and those of the
 * build's {@code --initialize-at-run-time}. All others are initialised at build time, as Quarkus asks for.
 */
final class RunTimeInitialised {
    private static final String FEATURE = "io/quarkus/runner/Feature";
    private static final String OPTION = "--initialize-at-run-time=";

    private RunTimeInitialised() {}

    /** @param arguments what the build hands to native-image, an argument a line */
    static Set<String> of(NativeSources sources, Path arguments) throws IOException {
        Set<String> names = new HashSet<>();
        Set<String> classes = new HashSet<>();
        sources.forEachClass((name, body) -> {
            classes.add(name);
            if (name.equals(FEATURE)) {
                new ClassReader(body).accept(new Feature(names), ClassReader.SKIP_DEBUG);
            }
        });
        for (String argument : Files.readAllLines(arguments)) {
            if (argument.startsWith(OPTION)) {
                for (String named :
                        argument.substring(OPTION.length()).replace('.', '/').split(",", -1)) {
                    names.add(named);
                    // The name of a package stands for all classes in it and below.
                    classes.stream()
                            .filter(name -> name.startsWith(named + "/"))
                            .forEach(names::add);
                }
            }
        }
        return names;
    }

    /** Collects the names that a method hands to {@code Class.forName} before it calls {@code initializeAtRunTime}. */
    private static final class Feature extends ClassVisitor {
        private final Set<String> names;

        Feature(Set<String> names) {
            super(Opcodes.ASM9);
            this.names = names;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            return new MethodVisitor(Opcodes.ASM9) {
                private final List<String> pending = new ArrayList<>();
                private String lastString = "";

                @Override
                public void visitLdcInsn(Object value) {
                    lastString = value.toString();
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String called, String type, boolean isInterface) {
                    if (called.equals("forName")) {
                        pending.add(lastString.replace('.', '/'));
                    } else if (called.equals("initializeAtRunTime")) {
                        names.addAll(pending);
                        pending.clear();
                    }
                }
            };
        }
    }
}
