package dev.weir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.weir.(*)..").should().beFreeOfCycles().check(MAIN);
    }
}
