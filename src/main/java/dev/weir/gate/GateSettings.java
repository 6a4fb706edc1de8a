package dev.weir.gate;

import dev.weir.access.policy.ConditionKeys;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.rules.GateMode;
import dev.weir.rules.Repository;
import dev.weir.rules.RuleSetting;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a rule's settings say of the gate.
 *
 * @param minAge the short form of a statement: nothing is served that was first seen less long ago
 * @param asOf tags are served as they were then
 */
record GateSettings(Optional<Duration> minAge, GateMode mode, Optional<Instant> asOf) {
    private static final BigDecimal SECONDS_OF_AN_HOUR = BigDecimal.valueOf(3600);
    private static final GateSettings NONE = new GateSettings(Optional.empty(), GateMode.ENFORCE, Optional.empty());

    /** Whether an image is served although it is too young. */
    boolean onlyObserves(Judgement judgement) {
        return judgement.kind() == Judgement.Kind.TOO_YOUNG && mode == GateMode.OBSERVE;
    }

    /** The short form, written out. */
    Optional<PolicyDocument> statement(Repository repository) {
        return minAge.map(age -> PolicyDocument.parse(
                        "{\"Statement\":{\"Sid\":\"MinAge\",\"Effect\":\"Deny\",\"Principal\":\"*\","
                                + "\"Action\":\"" + PullAction.GET_MANIFEST
                                + "\",\"Condition\":{\"NumericLessThan\":{\""
                                + ConditionKeys.FIRST_SEEN_HOURS + "\":\"" + hours(age) + "\"}}}}")
                .labelled("rule of '" + repository.name() + "' (" + RuleSetting.MIN_AGE + "=" + age + ")"));
    }

    private static String hours(Duration age) {
        return BigDecimal.valueOf(age.toSeconds())
                .divide(SECONDS_OF_AN_HOUR, 6, RoundingMode.CEILING)
                .toPlainString();
    }

    /** A hosted repository has no rule, and what is in it was put there on purpose. */
    static GateSettings of(Repository repository) {
        return Gatekeeper.upstream(repository)
                .map(cached -> cached.rule().settings())
                .map(settings -> new GateSettings(
                        settings.find(RuleSetting.MIN_AGE),
                        settings.find(RuleSetting.GATE_MODE).orElse(GateMode.ENFORCE),
                        settings.find(RuleSetting.AS_OF)))
                .orElse(NONE);
    }
}
