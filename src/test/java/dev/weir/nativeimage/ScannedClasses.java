package dev.weir.nativeimage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** All classes that native-image is given, by internal name, and how they extend each other and the JDK's. */
final class ScannedClasses {
    private final Map<String, ScannedClass> classes = new HashMap<>();
    private final Map<String, byte[]> bytes = new HashMap<>();
    private final Map<String, Boolean> inJdk = new HashMap<>();
    private final Map<String, Set<String>> supertypes = new HashMap<>();

    ScannedClasses(NativeSources sources) throws IOException {
        sources.forEachClass((name, body) -> {
            if (bytes.putIfAbsent(name, body) == null) {
                classes.put(name, ScannedClass.of(body));
            }
        });
    }

    Collection<ScannedClass> all() {
        return classes.values();
    }

    Optional<ScannedClass> find(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /** Whether the class is there at all: in the jars or in the JDK. */
    boolean exists(String name) {
        return classes.containsKey(name)
                || inJdk.computeIfAbsent(
                        name, missing -> ClassLoader.getPlatformClassLoader().getResource(missing + ".class") != null);
    }

    /** The classes that the class names in its bytecode, its superclasses and interfaces included with theirs, and that exist nowhere. */
    Set<String> missingFor(String name) {
        Set<String> missing = new TreeSet<>();
        for (String part : supertypes(name)) {
            byte[] body = bytes.get(part);
            if (body != null) {
                names(body).stream()
                        .filter(used -> !exists(used))
                        .map(used -> used + " in " + part)
                        .forEach(missing::add);
            }
        }
        return missing;
    }

    private static Set<String> names(byte[] body) {
        Set<String> names = new HashSet<>();
        Remapper collector = new Remapper(Opcodes.ASM9) {
            @Override
            public String map(String name) {
                names.add(name);
                return name;
            }
        };
        new ClassReader(body).accept(new ClassRemapper(new ClassWriter(0), collector), ClassReader.SKIP_DEBUG);
        return names;
    }

    /** The class itself and all that it extends or implements, as far as the jars tell. */
    Set<String> supertypes(String name) {
        Set<String> known = supertypes.get(name);
        if (known == null) {
            known = findSupertypes(name);
            supertypes.put(name, known);
        }
        return known;
    }

    private Set<String> findSupertypes(String name) {
        Set<String> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(name));
        while (!open.isEmpty()) {
            String next = open.remove();
            if (!next.isEmpty() && found.add(next)) {
                find(next).ifPresent(type -> {
                    open.add(type.superName());
                    open.addAll(type.interfaces());
                });
            }
        }
        return found;
    }

    /** The method that a call on an instance of this class runs, and the class that has it; empty if it is the JDK's. */
    Optional<Map.Entry<String, ScannedMethod>> resolve(String name, String method) {
        for (String owner = name; !owner.isEmpty(); ) {
            Optional<ScannedClass> type = find(owner);
            if (type.isPresent() && type.get().methods().containsKey(method)) {
                return Optional.of(Map.entry(owner, type.get().methods().get(method)));
            }
            owner = type.map(ScannedClass::superName).orElse("");
        }
        return supertypes(name).stream()
                .flatMap(owner -> find(owner).stream())
                .filter(type -> type.methods().containsKey(method))
                .map(type -> Map.entry(type.name(), type.methods().get(method)))
                .findFirst();
    }
}
