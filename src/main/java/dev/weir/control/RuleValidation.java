package dev.weir.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.rules.EcrRegistry;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.StoredRule;
import dev.weir.time.Deadline;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamCheck;
import dev.weir.upstream.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tries whether a rule's upstream lets Weir in, and says in {@code failure} what to mend.
 *
 * <p>A rule for Docker Hub without a secret is valid, and {@code failure} warns: anonymous pulls are limited by address, and functions
 * share addresses with others.
 */
public final class RuleValidation implements OperationSet {
    /** An HTTP API gives a call 29 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RuleDirectory directory;
    private final Credentials credentials;
    private final UpstreamCheck upstream;
    private final Clock clock;

    public RuleValidation(RuleDirectory directory, Credentials credentials, UpstreamCheck upstream, Clock clock) {
        this.directory = directory;
        this.credentials = credentials;
        this.upstream = upstream;
        this.clock = clock;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("ValidatePullThroughCacheRule", this::validate);
    }

    private ObjectNode validate(EcrCall call) {
        StoredRule stored = directory.get(directory.prefix(call));
        PullThroughCacheRule rule = stored.rule();
        ObjectNode answer = RuleJson.withUpstream(stored, directory.identity());
        Optional<String> failure = failure(rule);
        answer.put("isValid", failure.isEmpty());
        failure.or(() -> warning(rule)).ifPresent(words -> answer.put("failure", words));
        return answer;
    }

    private Optional<String> failure(PullThroughCacheRule rule) {
        try {
            credentials.findAnew(rule);
            upstream.verify(rule, Deadline.in(clock, PATIENCE));
            return Optional.empty();
        } catch (CredentialException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (UpstreamException e) {
            return Optional.of(e.getMessage() + ": " + remedy(rule, e.kind()));
        }
    }

    private static String remedy(PullThroughCacheRule rule, UpstreamException.Kind kind) {
        return switch (kind) {
            case UNAUTHORIZED -> unauthorized(rule);
            case NOT_FOUND, INVALID ->
                "'" + rule.upstreamUrl()
                        + "' does not answer as a registry does: mend the rule's upstreamRegistryUrl (delete it and create it anew)";
            case RATE_LIMITED -> "the upstream takes no more requests from this account or address for now: try later";
            case UNAVAILABLE, TIMEOUT ->
                "the upstream can't be reached: look at its host name, and at the way there from here";
        };
    }

    private static String unauthorized(PullThroughCacheRule rule) {
        if (rule.credentialArn().isPresent()) {
            return "the upstream denies the credential: put a username and an accessToken that may pull into the secret "
                    + rule.credentialArn().get();
        }
        return EcrRegistry.of(rule.upstreamUrl()).isPresent()
                ? "let the role pull there: the repository policy of the other account must allow it"
                : "the upstream wants a credential: give the rule a credentialArn (update-pull-through-cache-rule)";
    }

    private static Optional<String> warning(PullThroughCacheRule rule) {
        return rule.upstreamUrl().isDockerHub() && rule.credentialArn().isEmpty()
                ? Optional.of("warning: without a credentialArn Docker Hub limits pulls by address, and functions share"
                        + " addresses with others: give the rule a secret")
                : Optional.empty();
    }
}
