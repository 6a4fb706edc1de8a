package dev.weir.nativeimage;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The classes that Jackson reads and writes by reflection, found as Jackson finds them: type after type, property after property. */
final class BoundTypes {
    private final ObjectMapper json = new ObjectMapper().findAndRegisterModules();
    private final Set<Class<?>> found = new TreeSet<>(Comparator.comparing(Class::getName));

    /** Adds a handler's input, which Jackson reads, and its output, which Jackson writes. */
    void ofHandler(Class<?> handler) {
        JavaType[] types = json.getTypeFactory().findTypeParameters(json.constructType(handler), RequestHandler.class);
        add(types[0], true);
        add(types[1], false);
    }

    /** Adds a class that Jackson writes. */
    void addWritten(Class<?> type) {
        add(json.constructType(type), false);
    }

    Set<Class<?>> found() {
        return found;
    }

    private void add(JavaType type, boolean read) {
        for (JavaType part : type.isContainerType() ? type.getBindings().getTypeParameters() : List.<JavaType>of()) {
            add(part, read);
        }
        Class<?> raw = type.getRawClass();
        if (type.isContainerType() || raw.isPrimitive() || raw.getName().startsWith("java.") || !found.add(raw)) {
            return;
        }
        List<BeanPropertyDefinition> properties = read
                ? json.getDeserializationConfig().introspect(type).findProperties()
                : json.getSerializationConfig().introspect(type).findProperties();
        properties.forEach(property -> add(property.getPrimaryType(), read));
    }
}
