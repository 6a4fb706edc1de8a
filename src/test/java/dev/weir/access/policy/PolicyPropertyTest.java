package dev.weir.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.Principal;
import dev.weir.oci.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PolicyPropertyTest {
    private static final List<String> ACTIONS = List.of("ecr:BatchGetImage", "ecr:ListImages");
    private static final List<String> PRINCIPALS = List.of("weir:user/a", "weir:user/b");

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*?").ofMaxLength(12);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab").ofMaxLength(16);
    }

    @Property
    void aGlobMatchesWhatTheExpressionOfTheSameMeaningMatches(
            @ForAll("patterns") String pattern, @ForAll("texts") String text) {
        boolean expected = Pattern.compile(pattern.replace("*", ".*").replace("?", "."))
                .matcher(text)
                .matches();

        assertThat(new Glob(pattern).matches(text)).isEqualTo(expected);
    }

    @Property(tries = 50)
    void aGlobOfManyStarsEndsSoon(@ForAll("patterns") String pattern) {
        String stars = (pattern + "*a").repeat(200);

        assertThat(new Glob(stars + "c").matches("a".repeat(10_000))).isFalse();
    }

    @Provide
    Arbitrary<List<PolicyDocument>> documents() {
        Arbitrary<String> statement = Combinators.combine(
                        Arbitraries.of("Allow", "Deny"),
                        Arbitraries.of("*", "weir:user/a", "weir:user/?"),
                        Arbitraries.of("*", "ecr:BatchGetImage", "ecr:*Images"),
                        Arbitraries.of("*", "x/*", "x/y"))
                .as((effect, principal, action, resource) -> "{\"Effect\":\"" + effect + "\",\"Principal\":\""
                        + principal + "\",\"Action\":\"" + action + "\",\"Resource\":\"" + resource + "\"}");
        return statement
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> PolicyDocument.parse("{\"Statement\":[" + String.join(",", list) + "]}"))
                .list()
                .ofMaxSize(3);
    }

    @Provide
    Arbitrary<AccessRequest> requests() {
        return Combinators.combine(
                        Arbitraries.of(PRINCIPALS), Arbitraries.of(ACTIONS), Arbitraries.of("x/y", "x/z", "y"))
                .as((principal, action, resource) ->
                        new AccessRequest(new Principal(principal, Map.of()), action, resource, Map.of()));
    }

    /** The rule, said a second time in the simplest way. */
    @Property
    void aDenyWinsAndWithoutAnAllowNothingIsAllowed(
            @ForAll("documents") List<PolicyDocument> documents, @ForAll("requests") AccessRequest request) {
        List<Statement> applying = documents.stream()
                .flatMap(document -> document.statements().stream())
                .filter(statement -> statement.appliesTo(request))
                .toList();
        boolean denied = applying.stream().anyMatch(statement -> statement.effect() == Statement.Effect.DENY);

        Decision decision = PolicyEvaluator.decide(documents, request);

        assertThat(decision.isAllowed()).isEqualTo(!denied && !applying.isEmpty());
        assertThat(decision.outcome() == Decision.Outcome.EXPLICIT_DENY).isEqualTo(denied);
    }

    @Property
    void afterOneMoreDenyNothingMoreIsAllowed(
            @ForAll("documents") List<PolicyDocument> documents, @ForAll("requests") AccessRequest request) {
        PolicyDocument deny = PolicyDocument.parse(
                "{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"weir:user/a\",\"Action\":\"*\"}}");
        List<PolicyDocument> more = new ArrayList<>(documents);
        more.add(deny);

        assertThat(PolicyEvaluator.decide(more, request).isAllowed())
                .isEqualTo(PolicyEvaluator.decide(documents, request).isAllowed()
                        && !request.principal().name().equals("weir:user/a"));
    }

    /** Whatever text comes, it is a document or it is refused by name of a place. */
    @Property
    void noTextBreaksTheParser(@ForAll String text) {
        try {
            PolicyDocument.parse(text);
        } catch (MalformedPolicyException e) {
            assertThat(e.getMessage()).startsWith("$");
        }
    }
}
