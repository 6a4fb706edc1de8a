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
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
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

    /** One row a package: the package, what it may use beside the JDK and itself, and why no more. */
    @ParameterizedTest(name = "{0} uses {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "oci | jackson | the specs' words are values that everything else is made of",
                "time | caffeine | a deadline and a clock know nothing of what they are used for",
                "audit | oci | a line of the audit log has one form, whoever writes it, so that no value can forge one",
                "rules | oci jackson | which rule answers is a pure function of values",
                "access | oci time audit jackson caffeine bcrypt crypto jose4j | who calls and what they may is decided from values, apart from what is asked",
                "access.http | oci rules access upstream.http jackson okhttp | the only package that dials STS or an issuer",
                "store | oci rules time | ports and values: no technology, and nothing that acts",
                "upstream | oci rules time caffeine | the port and its circuit: the HTTP client is one adapter",
                "upstream.http | oci rules time upstream caffeine jackson okhttp | the only package that dials an upstream",
                "lease | oci rules time upstream | one worker at a time, whatever the work is",
                "event | oci rules upstream | what is told is data; who listens is not known here",
                "fill | oci rules time store lease event upstream caffeine crypto bouncycastle | brings content in and asks nobody whether it should",
                "check | oci rules time store event upstream fill | pulls and refresh both come here and know nothing of each other",
                "gate | oci rules time audit access store | which image a principal is served is decided from values, apart from how it is pulled",
                "pull | oci rules time access gate store lease event upstream fill check caffeine | the flow of a pull, without HTTP",
                "refresh | oci rules time store lease event upstream fill check | a tick uses what a pull uses, and never the pull",
                "control | oci rules time audit access store upstream fill gate pull promote jackson | ECR's API over the ports that rules and images are kept in; what a caller may do is asked of the gate, and an image is got as a pull gets it",
                "promote | oci rules store fill | links what is stored already, and asks no upstream",
                "table | oci rules time access store lease upstream caffeine | the stores, written once over a table without a technology",
                "assembly | oci rules time access store upstream lease event fill check gate pull refresh registry table control promote"
                        + " | the parts are put together in one place, from ports",
                "registry | oci rules time audit store access pull jackson | the distribution API over the pull, for any front",
            })
    void aPackageUsesOnlyWhatItsRowNames(String name, String allowed, String why) {
        String[] packages = Stream.concat(
                        Stream.of("java", "org.jspecify", "dev.weir." + name),
                        Arrays.stream(allowed.split(" ")).flatMap(ArchitectureTest::packagesOf))
                .map(used -> used + "..")
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("dev.weir." + name + "..")
                .and()
                .resideOutsideOfPackages(new String[] {"dev.weir." + name + ".http.."})
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packages)
                .because(why)
                .check(MAIN);
    }

    private static Stream<String> packagesOf(String used) {
        return switch (used) {
            case "jackson" -> Stream.of("com.fasterxml.jackson");
            case "caffeine" -> Stream.of("com.github.benmanes.caffeine");
            case "okhttp" -> Stream.of("okhttp3", "okio", "javax.net", "kotlin");
            case "crypto" -> Stream.of("javax.crypto");
            case "jose4j" -> Stream.of("org.jose4j");
            case "bouncycastle" -> Stream.of("org.bouncycastle.crypto");
            case "bcrypt" -> Stream.of("at.favre.lib.crypto.bcrypt");
            default -> Stream.of("dev.weir." + used);
        };
    }

    @Test
    void adaptersUsePortsAndNeverTheFunctions() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.aws..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.weir.lambda..",
                        "dev.weir.registry..",
                        "dev.weir.control..",
                        "dev.weir.pull..",
                        "dev.weir.local..")
                .because("an adapter knows its port and its technology")
                .check(MAIN);
    }

    @Test
    void functionsUseNoAdapter() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.lambda..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.weir.aws..",
                        "dev.weir.access.http..",
                        "dev.weir.upstream.http..",
                        "dev.weir.local..",
                        "software.amazon..")
                .because("a function turns an event into a call of the core and is handed the rest")
                .check(MAIN);
    }

    @Test
    void thereIsNoWayForAPullAroundThePolicies() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.registry..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("dev\\.weir\\.pull\\.(PullThroughCache|ManifestPull|BlobPull|Discovery)")
                .because("Pulls asks for each thing first whether the principal may have it")
                .check(MAIN);
    }

    @Test
    void nothingUsesTheRoot() {
        noClasses()
                .that()
                .resideInAPackage("dev.weir.(*)..")
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
    void randomNumbersAreNotOfASnapshot() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .because(
                        "processes that SnapStart restores from one snapshot would draw the same numbers: RandomNumber does not")
                .check(MAIN);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.weir.(*)..").should().beFreeOfCycles().check(MAIN);
    }
}
