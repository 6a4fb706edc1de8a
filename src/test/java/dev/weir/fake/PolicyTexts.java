package dev.weir.fake;

import dev.weir.access.policy.PolicyDocument;

/** Policies as tests write them: the statements only, with single quotes for double ones. */
public final class PolicyTexts {
    private PolicyTexts() {}

    public static PolicyDocument of(String... statements) {
        return PolicyDocument.parse(
                ("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}").replace('\'', '"'));
    }
}
