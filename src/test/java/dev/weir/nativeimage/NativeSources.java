package dev.weir.nativeimage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * What native-image is given: the runner jar of a native build, the jars in {@code lib} beside it, and what the files in their
 * {@code META-INF/native-image} register.
 *
 * <p>Source: GraalVM reference manual, "Reachability Metadata" ({@code reachability-metadata.json}, and the older {@code
 * reflect-config.json}, {@code resource-config.json}).
 */
final class NativeSources {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> FOR_JACKSON =
            Set.of("allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields");

    /** Neither another Java version's nor a module's description. */
    private static final Pattern CLASS = Pattern.compile("(?!META-INF/)(?!.*module-info).*\\.class");

    private final List<Path> jars = new ArrayList<>();
    private final Map<String, JsonNode> reflection = new LinkedHashMap<>();
    private final List<Pattern> resources = new ArrayList<>();

    NativeSources(Path runner) throws IOException {
        Path folder = runner.toAbsolutePath().resolveSibling("lib");
        jars.add(runner);
        try (Stream<Path> libraries = Files.list(folder)) {
            libraries.sorted().forEach(jars::add);
        }
        for (Path jar : jars) {
            for (String name : names(jar, "META-INF/native-image/.*\\.json")) {
                read(JSON.readTree(text(jar, name)));
            }
        }
    }

    private void read(JsonNode metadata) {
        JsonNode types = metadata.isArray() ? metadata : metadata.path("reflection");
        types.forEach(type ->
                reflection.put(type.path("name").asText(type.path("type").asText()), type));
        JsonNode patterns = metadata.path("resources");
        JsonNode includes = patterns.has("includes") ? patterns.path("includes") : patterns;
        for (JsonNode include : includes) {
            if (include.has("pattern")) {
                resources.add(Pattern.compile(include.path("pattern").asText()));
            } else if (include.has("glob")) {
                String glob = include.path("glob").asText();
                resources.add(Pattern.compile(
                        Pattern.quote(glob).replace("**", "\\E.+\\Q").replace("*", "\\E[^/]*\\Q")));
            }
        }
    }

    /** Whether the type is registered with all the members that Jackson looks at. */
    boolean isBindable(Class<?> type) {
        JsonNode entry = reflection.get(type.getName());
        return entry != null
                && FOR_JACKSON.stream().allMatch(flag -> entry.path(flag).asBoolean());
    }

    /** Whether the type is registered with a constructor. */
    boolean isConstructible(String type) {
        JsonNode entry = reflection.get(type);
        return entry != null
                && (entry.path("allDeclaredConstructors").asBoolean()
                        || entry.path("methods").toString().contains("\"<init>\""));
    }

    /** Whether the resource is included in the image. */
    boolean isResource(String name) {
        return resources.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /** The names of all entries of all jars that match as a whole. */
    Set<String> names(String regex) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path jar : jars) {
            names.addAll(names(jar, regex));
        }
        return names;
    }

    /** The lines of a service file of all jars that hold it, without comments. */
    List<String> lines(String resource) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path jar : jars) {
            for (String name : names(jar, Pattern.quote(resource))) {
                text(jar, name)
                        .lines()
                        .map(line -> line.replaceAll("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    /** Calls back with the internal name and the bytecode of each class, jar after jar. */
    void forEachClass(BiConsumer<String, byte[]> action) throws IOException {
        for (Path jar : jars) {
            try (JarFile open = new JarFile(jar.toFile())) {
                for (ZipEntry entry : Collections.list(open.entries())) {
                    if (CLASS.matcher(entry.getName()).matches()) {
                        try (InputStream bytes = open.getInputStream(entry)) {
                            action.accept(entry.getName().replace(".class", ""), bytes.readAllBytes());
                        }
                    }
                }
            }
        }
    }

    /** The types that are registered for reflection, as {@code Class.getName} tells them. */
    Set<String> registered() {
        return Set.copyOf(reflection.keySet());
    }

    private static List<String> names(Path jar, String regex) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            return open.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.matches(regex))
                    .collect(Collectors.toList());
        }
    }

    private static String text(Path jar, String name) throws IOException {
        try (JarFile open = new JarFile(jar.toFile());
                InputStream bytes = open.getInputStream(open.getEntry(name))) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
