package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A class does its work with at most five others of ours, so that it has one thing to do. */
class CollaboratorsTest {
    private static final int MOST = 5;

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.weir");

    /** The types of its fields that are of ours and act; records and enums are values. */
    private static List<String> collaborators(JavaClass type) {
        return type.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .map(JavaField::getRawType)
                .filter(CollaboratorsTest::acts)
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
    }

    private static boolean acts(JavaClass type) {
        return type.getPackageName().startsWith("dev.weir")
                && !type.isRecord()
                && !type.isEnum()
                && !type.isAnnotation();
    }

    @Test
    void aClassHasAtMostFiveCollaborators() {
        Map<String, List<String>> found = new TreeMap<>();
        for (JavaClass type : MAIN) {
            List<String> collaborators = collaborators(type);
            if (collaborators.size() > MOST) {
                found.put(type.getSimpleName(), collaborators);
            }
        }
        assertThat(MAIN)
                .as("classes with all the collaborators that one may have")
                .anyMatch(type -> collaborators(type).size() == MOST);
        assertThat(found).isEmpty();
    }
}
