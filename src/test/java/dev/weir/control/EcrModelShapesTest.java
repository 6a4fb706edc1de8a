package dev.weir.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.control.ModelInputs.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pattern, length, enumeration and range of ECR's model is met by a value on each side of it, at a place where it counts. */
class EcrModelShapesTest {
    /** What a pattern takes and what it doesn't. */
    record Sample(String taken, List<String> refused) {}

    private static final Map<String, Sample> SAMPLES = new TreeMap<>(Map.ofEntries(
            sample(
                    "CredentialArn",
                    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ecr-pullthroughcache/quay-1a2b3c",
                    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-pullthroughcache/quay-1a2b3c",
                    "arn:aws:ssm:eu-west-1:111122223333:secret:ecr-pullthroughcache/quay-1a2b3c-and-more"),
            sample("ImageTagMutabilityExclusionFilterValue", "dev-*", "dev *", "a/b"),
            sample("KmsKeyForRepositoryCreationTemplate", "arn:aws:kms:eu-west-1:111122223333:key/1a", "alias/key"),
            sample("LayerDigest", "sha256:0a", "sha256", "sha256:", "sha256:xyz", ":0a"),
            sample("Prefix", "team/app", "Team", "team//app", "/team", "root/ROOT"),
            sample("PrincipalArn", "arn:aws:iam::111122223333:role/ci", "arn:aws:iam::1:role/ci", "ci"),
            sample("PullThroughCacheRuleRepositoryPrefix", "quay", "Quay", "quay..io", "-quay", "ROOT/a"),
            sample("Region", "eu-west-1", "EU-WEST-1", "eu west"),
            sample("RegistryId", "111122223333", "1111", "11112222333a", "1111222233334"),
            sample("RepositoryFilterValue", "prod/a", "Prod", "prod//a"),
            sample("RepositoryName", "team/app", "Team/app", "team//app", "team/", "a..b"),
            sample("ScanningRepositoryFilterValue", "a*b/c", "a//b", "/a", "A"),
            sample(
                    "SigningProfileArn",
                    "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/ci",
                    "arn:aws:signer:eu-west-1:111122223333:/signing-profiles/c"),
            sample("SigningRepositoryFilterValue", "prod/*", "/prod", "prod//a"),
            sample("UploadId", "01234567-89ab-cdef-0123-456789abcdef", "01234567", "")));

    static final ModelInputs INPUTS = new ModelInputs(taken());

    private final EcrModel model = new EcrModel();

    private static Map.Entry<String, Sample> sample(String shape, String taken, String... refused) {
        return Map.entry(shape, new Sample(taken, List.of(refused)));
    }

    private static Map<String, String> taken() {
        Map<String, String> taken = new TreeMap<>();
        SAMPLES.forEach((shape, sample) -> taken.put(shape, sample.taken()));
        return taken;
    }

    static Sample sampleOf(String shape) {
        return Optional.ofNullable(SAMPLES.get(shape)).orElseThrow();
    }

    private static Stream<String> having(String constraint, String... types) {
        return INPUTS.shapes().entrySet().stream()
                .filter(shape -> shape.getValue().has(constraint))
                .filter(shape ->
                        List.of(types).contains(shape.getValue().path("type").asText()))
                .map(Map.Entry::getKey);
    }

    static Stream<String> patterns() {
        return having("pattern", "string");
    }

    static Stream<String> enumerations() {
        return having("enum", "string");
    }

    static Stream<String> shortest() {
        return having("min", "string", "list", "integer", "long").filter(name -> min(name) > 0);
    }

    static Stream<String> longest() {
        return having("max", "string", "list", "integer", "long");
    }

    static Stream<String> structures() {
        return having("required", "structure");
    }

    private static int min(String shape) {
        return INPUTS.shape(shape).path("min").asInt();
    }

    private static Place place(String shape) {
        return INPUTS.place(shape).orElseThrow(() -> new AssertionError("no operation takes a " + shape));
    }

    private void assertTaken(String shape, JsonNode value) {
        Place place = place(shape);
        assertThatCode(() -> model.check(place.operation(), INPUTS.with(place, value)))
                .as(shape + " " + value)
                .doesNotThrowAnyException();
    }

    private void assertRefused(String shape, JsonNode value, String constraint) {
        Place place = place(shape);
        assertThatThrownBy(() -> model.check(place.operation(), INPUTS.with(place, value)))
                .as(shape + " " + value)
                .isInstanceOfSatisfying(
                        EcrException.class, e -> assertThat(e.code()).isEqualTo(EcrException.Code.INVALID_PARAMETER))
                .hasMessageStartingWith("Invalid parameter at '" + place.path() + "' failed")
                .hasMessageContaining(constraint);
    }

    /** Of this size: a text, a list or a number. */
    private static JsonNode ofSize(String shape, int size) {
        JsonNode model = INPUTS.shape(shape);
        return switch (model.path("type").asText()) {
            case "list" -> INPUTS.elements(model, size);
            case "string" -> {
                String text = INPUTS.text(shape, size);
                yield TextNode.valueOf(text.substring(0, Math.min(text.length(), size)));
            }
            default -> IntNode.valueOf(size);
        };
    }

    @Test
    void everyPatternHasItsSamples() {
        assertThat(new TreeSet<>(patterns().toList())).isEqualTo(SAMPLES.keySet());
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void aPatternTakesWhatMatchesAndNothingElse(String shape) {
        Sample sample = sampleOf(shape);
        assertTaken(shape, TextNode.valueOf(sample.taken()));
        sample.refused()
                .forEach(text -> assertRefused(shape, TextNode.valueOf(text), "must satisfy regular expression"));
        // The whole text has to match, its end included.
        assertRefused(shape, TextNode.valueOf(sample.taken() + "\n"), "must satisfy regular expression");
        assertRefused(shape, TextNode.valueOf(" " + sample.taken()), "must satisfy regular expression");
    }

    @ParameterizedTest
    @MethodSource("enumerations")
    void anEnumerationTakesItsValuesAndNoOther(String shape) {
        INPUTS.shape(shape).path("enum").forEach(value -> assertTaken(shape, value));
        assertRefused(shape, TextNode.valueOf("another"), "must satisfy enum value set");
        assertRefused(
                shape,
                TextNode.valueOf(INPUTS.shape(shape).path("enum").path(0).asText() + " "),
                "must satisfy enum value set");
    }

    @ParameterizedTest
    @MethodSource("shortest")
    void whatIsSmallerThanTheLeastIsRefused(String shape) {
        assertTaken(shape, INPUTS.smallest(shape));
        assertRefused(shape, ofSize(shape, min(shape) - 1), "greater than or equal to " + min(shape));
    }

    @ParameterizedTest
    @MethodSource("longest")
    void whatIsLargerThanTheMostIsRefused(String shape) {
        int max = INPUTS.shape(shape).path("max").asInt();
        assertTaken(shape, ofSize(shape, max));
        assertRefused(shape, ofSize(shape, max + 1), "less than or equal to " + max);
    }

    @ParameterizedTest
    @MethodSource("structures")
    void aMemberThatIsRequiredIsMissed(String shape) {
        Place place = place(shape);
        assertTaken(shape, INPUTS.smallest(shape));
        INPUTS.shape(shape).path("required").forEach(member -> {
            ObjectNode without = (ObjectNode) INPUTS.smallest(shape);
            without.remove(member.asText());
            String path = place.path().isEmpty() ? member.asText() : place.path() + "." + member.asText();
            assertThatThrownBy(() -> model.check(place.operation(), INPUTS.with(place, without)))
                    .hasMessageContaining("'" + path + "' failed to satisfy constraint: 'must not be null'");
        });
    }
}
