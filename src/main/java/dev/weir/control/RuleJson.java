package dev.weir.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.KnownRegistry;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.StoredRule;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import java.util.Optional;

/** Rules as ECR's calls give them and as its answers show them. */
final class RuleJson {
    static final String PREFIX = "ecrRepositoryPrefix";
    static final String CREDENTIAL = "credentialArn";
    static final String ROLE = "customRoleArn";
    private static final String URL = "upstreamRegistryUrl";
    private static final String REGISTRY = "upstreamRegistry";
    private static final String UPSTREAM_PREFIX = "upstreamRepositoryPrefix";

    private RuleJson() {}

    /** Errors: InvalidParameterException, UnsupportedUpstreamRegistryException. */
    static PullThroughCacheRule parse(EcrCall call, InsecureUpstreams insecureUpstreams) {
        UpstreamUrl url = call.parse(URL, value -> UpstreamUrl.parse(value, insecureUpstreams));
        requireSame(url, call.findText(REGISTRY));
        return new PullThroughCacheRule(
                call.parse(PREFIX, RepositoryPrefix::parse),
                url,
                upstreamPrefix(call).orElse(RepositoryPrefix.ROOT),
                credential(call),
                role(call, url),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    static Optional<RepositoryPrefix> upstreamPrefix(EcrCall call) {
        return call.findText(UPSTREAM_PREFIX).map(given -> call.parse(UPSTREAM_PREFIX, RepositoryPrefix::parse));
    }

    static Optional<CredentialArn> credential(EcrCall call) {
        return call.findText(CREDENTIAL).map(given -> call.parse(CREDENTIAL, CredentialArn::parse));
    }

    /** A role is of no use at other registries: they know no roles. */
    static Optional<CustomRoleArn> role(EcrCall call, UpstreamUrl url) {
        Optional<CustomRoleArn> role = call.findText(ROLE).map(given -> call.parse(ROLE, CustomRoleArn::parse));
        if (role.isPresent() && !KnownRegistry.of(url).equals(Optional.of(KnownRegistry.ECR))) {
            throw EcrException.invalid(
                    ROLE, "is for upstreams that are ECR registries, and '" + url + "' is not: give a " + CREDENTIAL);
        }
        return role;
    }

    private static void requireSame(UpstreamUrl url, Optional<String> given) {
        Optional<String> inferred = KnownRegistry.of(url).map(KnownRegistry::ecrName);
        if (given.isPresent() && !given.equals(inferred)) {
            throw new EcrException(
                    EcrException.Code.UNSUPPORTED_UPSTREAM_REGISTRY,
                    REGISTRY + " '" + given.get() + "' is not the registry at '" + url + "'"
                            + inferred.map(name -> ", which is '" + name + "'").orElse("")
                            + ": leave it out, any OCI registry may be an upstream");
        }
    }

    /** What all answers about a rule have. */
    static ObjectNode rule(StoredRule stored, RegistryIdentity identity) {
        PullThroughCacheRule rule = stored.rule();
        ObjectNode json =
                EcrJson.object().put(PREFIX, rule.repositoryPrefix().value()).put("registryId", identity.account());
        stored.givenUpstreamPrefix().ifPresent(prefix -> json.put(UPSTREAM_PREFIX, prefix.value()));
        rule.credentialArn().ifPresent(arn -> json.put(CREDENTIAL, arn.value()));
        rule.customRoleArn().ifPresent(arn -> json.put(ROLE, arn.value()));
        return json;
    }

    /** With its upstream. */
    static ObjectNode withUpstream(StoredRule stored, RegistryIdentity identity) {
        return rule(stored, identity).put(URL, stored.rule().upstreamUrl().toString());
    }

    /** As it was made. */
    static ObjectNode created(StoredRule stored, RegistryIdentity identity) {
        ObjectNode json = withUpstream(stored, identity).put("createdAt", EcrJson.seconds(stored.createdAt()));
        KnownRegistry.of(stored.rule().upstreamUrl()).ifPresent(known -> json.put(REGISTRY, known.ecrName()));
        return json;
    }

    /** As ECR's {@code PullThroughCacheRule}. */
    static ObjectNode described(StoredRule stored, RegistryIdentity identity) {
        return created(stored, identity).put("updatedAt", EcrJson.seconds(stored.updatedAt()));
    }
}
