package dev.weir.upstream.http;

import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.EcrRegistry;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import okhttp3.Request;
import okhttp3.Response;

/** What to do when a rule's own upstream answers 401 or 403, told after the status: it depends on what the rule shows there. */
final class DenialRemedy {
    private DenialRemedy() {}

    /** The request, so that its denial is told with the rule's remedy. */
    static Request of(Request request, PullThroughCacheRule rule) {
        return request.newBuilder().tag(PullThroughCacheRule.class, rule).build();
    }

    /** Shape: {@code , rule 'x': allow …}; empty for an answer of a host that a redirect led to. */
    static String after(Response denial) {
        PullThroughCacheRule rule = denial.request().tag(PullThroughCacheRule.class);
        boolean isUpstreams = rule != null
                && denial.request().url().host().equals(rule.upstreamUrl().host());
        return isUpstreams ? text(rule) : "";
    }

    /** The failure of what was asked to authorize a request of the rule. */
    static UpstreamException told(UpstreamException denial, PullThroughCacheRule rule) {
        return denial.kind() == Kind.UNAUTHORIZED && !denial.detail().contains(", rule '")
                ? UpstreamException.answered(
                        denial.kind(),
                        denial.action(),
                        denial.detail() + text(rule),
                        denial.status().orElse(0),
                        denial.retryAfter())
                : denial;
    }

    private static String text(PullThroughCacheRule rule) {
        String named = ", rule '" + rule.repositoryPrefix() + "': ";
        if (rule.credentialArn().isPresent()) {
            return named + "look at what its secret holds, and at what that account may pull";
        }
        if (EcrRegistry.of(rule.upstreamUrl()).isPresent()) {
            return named + "allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on it to "
                    + rule.customRoleArn().map(CustomRoleArn::value).orElse("the role that Weir runs as");
        }
        return named + "give it a credential that may pull this, or another one";
    }
}
