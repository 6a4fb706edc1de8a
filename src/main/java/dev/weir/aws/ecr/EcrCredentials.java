package dev.weir.aws.ecr;

import dev.weir.aws.AwsClients;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.EcrRegistry;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamAccount;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialCache;
import dev.weir.upstream.CredentialCache.Kept;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;

/**
 * Tokens of private ECR registries: of the rules that have such an upstream and no {@code credentialArn}. They are got as the rule's
 * {@code customRoleArn}, or as the role of the process where there is none; the registry may be of any account and region.
 *
 * <p>Source: ECR API, GetAuthorizationToken; ECR user guide, "Private registry authentication".
 */
public final class EcrCredentials implements Credentials {
    private static final Logger LOG = System.getLogger(EcrCredentials.class.getName());

    private final AwsClients clients;
    private final RoleSessions sessions;
    private final CredentialCache<UpstreamAccount> cache;

    public EcrCredentials(AwsClients clients, RoleSessions sessions, Clock clock) {
        this.clients = clients;
        this.sessions = sessions;
        this.cache = new CredentialCache<>(this::read, clock);
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        return account(rule).map(account -> cache.get(account, rule));
    }

    @Override
    public Optional<Credential> findAnew(PullThroughCacheRule rule) {
        return account(rule).map(account -> cache.getAnew(account, rule));
    }

    private static Optional<UpstreamAccount> account(PullThroughCacheRule rule) {
        return rule.credentialArn().isEmpty()
                        && EcrRegistry.of(rule.upstreamUrl()).isPresent()
                ? Optional.of(rule.account())
                : Optional.empty();
    }

    private Kept read(UpstreamAccount account) {
        EcrRegistry registry = EcrRegistry.of(account.upstreamUrl()).orElseThrow();
        Optional<AwsCredentialsProvider> session =
                account.customRoleArn().map(role -> session(account, role, registry));
        try (EcrClient ecr = clients.ecr(registry, session)) {
            List<AuthorizationData> answer = ecr.getAuthorizationToken().authorizationData();
            if (!answer.isEmpty()
                    && answer.get(0).authorizationToken() != null
                    && answer.get(0).expiresAt() != null) {
                Optional<Kept> token = AuthorizationToken.parse(
                        answer.get(0).authorizationToken(), answer.get(0).expiresAt());
                if (token.isPresent()) {
                    return token.get();
                }
            }
            throw failure(account, "can't be used: ECR's answer is not a token");
        } catch (SdkException e) {
            LOG.log(Level.ERROR, "ECR gives no token for {0}: {1}", account, e.getMessage());
            String caller =
                    account.customRoleArn().map(role -> "role '" + role + "'").orElse("the role that Weir runs as");
            throw failure(account, "can't be had" + code(e) + ": allow ecr:GetAuthorizationToken to " + caller);
        }
    }

    private AwsCredentialsProvider session(UpstreamAccount account, CustomRoleArn role, EcrRegistry registry) {
        try {
            return StaticCredentialsProvider.create(sessions.assume(role, Region.of(registry.region())));
        } catch (SdkException e) {
            LOG.log(Level.ERROR, "role {0} can''t be assumed: {1}", role, e.getMessage());
            throw failure(
                    account,
                    "can't be had: role '" + role + "' can't be assumed" + code(e)
                            + ": let the role trust the role that Weir runs as" + sessions.toldBy()
                            + ", and allow that one sts:AssumeRole on it (UpstreamRoleArns)");
        }
    }

    private static CredentialException failure(UpstreamAccount account, String why) {
        return new CredentialException("token of ECR " + account.upstreamUrl().authority(), why);
    }

    /** The service's word for what is wrong; without one it was not reached, or there are no credentials to ask with. */
    private static String code(SdkException e) {
        return e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? " (" + service.awsErrorDetails().errorCode() + ")"
                : " (no answer, or no AWS credentials)";
    }
}
