package dev.weir.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.StoredRule;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pull through cache rules. All registries know what one writes within 30 s. */
public final class RuleOperations implements OperationSet {
    private static final int DEFAULT_PAGE = 100;
    private static final String NOTHING = "-";

    private final RuleDirectory directory;
    private final RuleAdmission admission;
    private final Credentials credentials;
    private final Clock clock;

    /** @param credentials where a rule's secret is read, so that a wrong ARN is told at once */
    public RuleOperations(RuleDirectory directory, RuleAdmission admission, Credentials credentials, Clock clock) {
        this.directory = directory;
        this.admission = admission;
        this.credentials = credentials;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "CreatePullThroughCacheRule", this::create,
                "DescribePullThroughCacheRules", this::describe,
                "UpdatePullThroughCacheRule", this::update,
                "DeletePullThroughCacheRule", this::delete);
    }

    private ObjectNode create(EcrCall call) {
        directory.requireThisRegistry(call);
        PullThroughCacheRule rule = RuleJson.parse(call, admission.insecureUpstreams());
        requireReadable(rule);
        if (directory.book().count() >= admission.maxRules()) {
            throw new EcrException(
                    EcrException.Code.LIMIT_EXCEEDED,
                    "The registry has " + admission.maxRules()
                            + " pull through cache rules, which is its limit: delete one, or raise the parameter MaxRules of the stack (WEIR_MAX_RULES on a laptop)");
        }
        StoredRule stored = StoredRule.created(rule, RuleJson.upstreamPrefix(call), clock.instant());
        if (!directory.book().create(stored)) {
            throw new EcrException(
                    EcrException.Code.PULL_THROUGH_CACHE_RULE_ALREADY_EXISTS,
                    "A pull through cache rule with prefix '" + rule.repositoryPrefix()
                            + "' already exists in the registry with id '"
                            + directory.identity().account() + "'");
        }
        call.changed(RuleDirectory.target(rule.repositoryPrefix()), NOTHING, stored.toString());
        return RuleJson.created(stored, directory.identity());
    }

    /** Errors: those that ECR has for a secret. */
    private void requireReadable(PullThroughCacheRule rule) {
        if (rule.credentialArn().isEmpty()) {
            return;
        }
        try {
            credentials.findAnew(rule);
        } catch (CredentialException e) {
            EcrException.Code code =
                    switch (e.kind()) {
                        case NOT_FOUND -> EcrException.Code.SECRET_NOT_FOUND;
                        case NOT_DECRYPTABLE -> EcrException.Code.UNABLE_TO_DECRYPT_SECRET_VALUE;
                        case NOT_ACCESSIBLE -> EcrException.Code.UNABLE_TO_ACCESS_SECRET;
                        case UNUSABLE -> EcrException.Code.VALIDATION;
                    };
            throw new EcrException(code, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode describe(EcrCall call) {
        directory.requireThisRegistry(call);
        ObjectNode answer = EcrJson.object();
        ArrayNode list = answer.putArray("pullThroughCacheRules");
        List<String> prefixes = call.texts("ecrRepositoryPrefixes");
        if (!prefixes.isEmpty()) {
            if (call.findText("nextToken").isPresent()
                    || call.findNumber("maxResults").isPresent()) {
                throw EcrException.invalid(
                        "maxResults", "must be left out, as nextToken, when ecrRepositoryPrefixes are given");
            }
            prefixes.forEach(prefix -> show(directory.get(parsed(prefix, "ecrRepositoryPrefixes")), list));
            return answer;
        }
        int limit = call.findNumber("maxResults").orElse(DEFAULT_PAGE);
        Optional<RepositoryPrefix> after = EcrJson.last(call).map(last -> parsed(last, "nextToken"));
        List<StoredRule> found = directory.book().list(after, limit + 1);
        found.stream().limit(limit).forEach(rule -> show(rule, list));
        if (found.size() > limit) {
            answer.put(
                    "nextToken",
                    EcrJson.token(found.get(limit - 1).rule().repositoryPrefix().value()));
        }
        return answer;
    }

    private void show(StoredRule rule, ArrayNode list) {
        list.add(RuleJson.described(rule, directory.identity()));
    }

    private static RepositoryPrefix parsed(String prefix, String member) {
        try {
            return RepositoryPrefix.parse(prefix);
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid(member, String.valueOf(e.getMessage()));
        }
    }

    /** Upstream and prefixes of a rule stay: another upstream is another rule. */
    private ObjectNode update(EcrCall call) {
        RepositoryPrefix prefix = directory.prefix(call);
        StoredRule before = directory.get(prefix);
        Optional<CredentialArn> credential = RuleJson.credential(call);
        Optional<CustomRoleArn> role = RuleJson.role(call, before.rule().upstreamUrl());
        if (credential.isEmpty() && role.isEmpty()) {
            throw EcrException.invalid(RuleJson.CREDENTIAL, "must not be null where " + RuleJson.ROLE + " is");
        }
        requireReadable(before.rule().with(credential, role));
        StoredRule after = directory
                .book()
                .change(prefix, rule -> rule.with(rule.rule().with(credential, role), clock.instant()))
                .orElseThrow(() -> directory.notFound(prefix));
        call.changed(RuleDirectory.target(prefix), before.toString(), after.toString());
        return RuleJson.rule(after, directory.identity()).put("updatedAt", EcrJson.seconds(after.updatedAt()));
    }

    private ObjectNode delete(EcrCall call) {
        RepositoryPrefix prefix = directory.prefix(call);
        Optional<StoredRule> before = directory.book().find(prefix);
        if (!directory.book().delete(prefix)) {
            throw directory.notFound(prefix);
        }
        call.changed(
                RuleDirectory.target(prefix), before.map(StoredRule::toString).orElse("unreadable"), NOTHING);
        return before.map(rule -> RuleJson.withUpstream(rule, directory.identity())
                        .put("createdAt", EcrJson.seconds(rule.createdAt())))
                .orElseGet(() -> EcrJson.object()
                        .put(RuleJson.PREFIX, prefix.value())
                        .put("registryId", directory.identity().account()));
    }
}
