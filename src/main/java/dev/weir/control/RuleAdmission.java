package dev.weir.control;

import dev.weir.rules.InsecureUpstreams;

/**
 * Which rules may be created.
 *
 * @param maxRules how many there may be; ECR has 50
 * @param insecureUpstreams whose URLs may be http
 */
public record RuleAdmission(int maxRules, InsecureUpstreams insecureUpstreams) {
    public static final int DEFAULT_MAX_RULES = 1_000;

    public RuleAdmission {
        if (maxRules < 1) {
            throw new IllegalArgumentException("at most " + maxRules + " rules: allowed is 1 or more");
        }
    }
}
