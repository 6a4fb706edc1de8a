package dev.weir.nativeimage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What the bytecode of a class says that matters to native-image. Names are internal ({@code java/lang/String}); a method is named
 * with its descriptor ({@code run()V}).
 *
 * @param superName empty for an interface's and Object's
 * @param methods those with a body
 * @param strings the string constants
 * @param services the classes that are handed to {@code ServiceLoader.load}
 */
record ScannedClass(
        String name,
        String superName,
        List<String> interfaces,
        Map<String, ScannedMethod> methods,
        Set<String> strings,
        Set<String> services) {

    /** A class's static initialiser. */
    static final String STATIC_INITIALISER = "<clinit>()V";

    static ScannedClass of(byte[] bytes) {
        Scan scan = new Scan();
        new ClassReader(bytes).accept(scan, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return new ScannedClass(scan.name, scan.superName, scan.interfaces, scan.methods, scan.strings, scan.services);
    }

    private static final class Scan extends ClassVisitor {
        private final Map<String, ScannedMethod> methods = new HashMap<>();
        private final Set<String> strings = new HashSet<>();
        private final Set<String> services = new HashSet<>();
        private String name = "";
        private String superName = "";
        private List<String> interfaces = List.of();

        Scan() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version,
                int access,
                String className,
                @Nullable String signature,
                @Nullable String superClass,
                String[] superInterfaces) {
            name = className;
            superName = superClass == null ? "" : superClass;
            interfaces = List.of(superInterfaces);
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            if ((access & Opcodes.ACC_ABSTRACT) != 0) {
                return null;
            }
            ScannedMethod scanned = new ScannedMethod();
            methods.put(method + descriptor, scanned);
            return new Body(scanned);
        }

        /** Reads the instructions of one method. */
        private final class Body extends MethodVisitor {
            private final ScannedMethod method;
            private Object lastConstant = "";

            Body(ScannedMethod method) {
                super(Opcodes.ASM9);
                this.method = method;
            }

            @Override
            public void visitTypeInsn(int opcode, String type) {
                if (opcode == Opcodes.NEW) {
                    method.allocated().add(type);
                }
            }

            @Override
            public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
                if (opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC) {
                    method.initialised().add(owner);
                }
            }

            @Override
            public void visitLdcInsn(Object value) {
                lastConstant = value;
                if (value instanceof String text) {
                    strings.add(text);
                }
            }

            @Override
            public void visitMethodInsn(
                    int opcode, String owner, String called, String descriptor, boolean isInterface) {
                boolean isExact = opcode == Opcodes.INVOKESTATIC || opcode == Opcodes.INVOKESPECIAL;
                method.calls().add(new ScannedMethod.Call(owner, called, descriptor, isExact));
                if (opcode == Opcodes.INVOKESTATIC) {
                    method.initialised().add(owner);
                }
                if (owner.equals("java/util/ServiceLoader")
                        && called.startsWith("load")
                        && lastConstant instanceof Type service) {
                    services.add(service.getClassName());
                }
            }
        }
    }
}
