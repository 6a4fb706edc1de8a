package dev.weir.assembly;

import dev.weir.control.Operation;
import dev.weir.control.OperationSet;
import dev.weir.control.RuleAdmission;
import dev.weir.control.RuleDirectory;
import dev.weir.control.RuleOperations;
import dev.weir.control.RuleValidation;
import dev.weir.control.TagOperations;
import dev.weir.store.Repositories;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamCheck;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operations on rules, and on tags of rules and repositories, put together. */
public final class RuleApi implements OperationSet {
    private final Map<String, Operation> operations = new HashMap<>();

    /** Where rules lead: the secrets that upstreams are shown, and whether an upstream takes them. */
    public record Upstreams(Credentials credentials, UpstreamCheck check) {}

    public RuleApi(
            RuleDirectory rules, Repositories repositories, RuleAdmission admission, Upstreams upstreams, Clock clock) {
        for (OperationSet set : List.of(
                new RuleOperations(rules, admission, upstreams.credentials(), clock),
                new RuleValidation(rules, upstreams.credentials(), upstreams.check(), clock),
                new TagOperations(rules, repositories, rules.identity()))) {
            operations.putAll(set.operations());
        }
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.copyOf(operations);
    }
}
