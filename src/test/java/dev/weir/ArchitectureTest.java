package dev.weir;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.TreeCodec;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the table of packages: who may use whom, and why. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.weir");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oci      | com.fasterxml.jackson",
                "rules    | oci com.fasterxml.jackson",
                "upstream | oci rules com.fasterxml.jackson com.github.benmanes.caffeine okhttp3 okio javax.net kotlin",
                "cache    | oci rules upstream",
                "refresh  | oci rules upstream cache",
                "access   | at.favre.lib.crypto.bcrypt",
                "registry | oci rules cache com.fasterxml.jackson",
            })
    void plainPackagesUseOnlyWhatTheirRowNames(String name, String allowed) {
        String[] packages = Stream.concat(
                        Stream.of("java", "org.jspecify", "dev.weir." + name),
                        Arrays.stream(allowed.split(" "))
                                .map(used -> used.contains(".") || used.matches("okhttp3|okio|kotlin")
                                        ? used
                                        : "dev.weir." + used))
                .map(used -> used + "..")
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("dev.weir." + name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packages)
                .because("the core is plain Java: it is read, tested and moved without a framework or a cloud")
                .check(MAIN);
    }

    @Test
    void adaptersUsePortsAndNeverTheFunctions() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.aws")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.weir.lambda..", "dev.weir.registry..", "dev.weir.local..")
                .because("an adapter knows its port and its technology")
                .check(MAIN);
    }

    @Test
    void nothingUsesTheRoot() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weir")
                .because("the wiring knows the parts, the parts don't know the wiring")
                .check(MAIN);
    }

    /** See NativeRegistrationIT, which lists what the functions bind. */
    @ParameterizedTest
    @ValueSource(
            classes = {ObjectMapper.class, ObjectReader.class, ObjectWriter.class, TreeCodec.class, ObjectCodec.class})
    void onlyTheFunctionsBindJsonToTypesOfTheirOwn(Class<?> jackson) {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.weir.lambda")
                .should()
                .callMethodWhere(target(owner(assignableTo(jackson)))
                        .and(target(nameMatching("readValue|readValues|convertValue|treeToValue|valueToTree|updateValue"
                                + "|readerFor|writerFor|treeAsTokens"))))
                .because(
                        "in a native image Jackson knows the types that are registered, and those are the functions' events")
                .check(MAIN);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.weir.(*)..").should().beFreeOfCycles().check(MAIN);
    }
}
