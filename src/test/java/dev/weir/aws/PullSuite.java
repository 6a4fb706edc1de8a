package dev.weir.aws;

import static dev.weir.fake.Challenges.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.aws.ecr.EcrCredentials;
import dev.weir.aws.ecr.EcrPublicCredentials;
import dev.weir.aws.secretsmanager.SecretsManagerCredentials;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.fake.FakeAws;
import dev.weir.fake.FakeProxy;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.CredentialArn;
import dev.weir.rules.CustomRoleArn;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.FirstCredentials;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamProxy;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.junit.jupiter.api.AfterEach;

/** A registry that demands a credential, reached by its own name through a proxy, and the AWS that has it, all on real sockets. */
public abstract class PullSuite {
    protected static final String ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    protected static final String PUBLIC = "public.ecr.aws";
    protected static final String OTHER = "sibling.eu-central-1.amazonaws.com";
    private static final Tag TAG = Tag.parse("1");

    protected final MovableClock clock = new MovableClock();
    protected final FakeAws aws = new FakeAws(clock);
    protected final FakeUpstream fake = new FakeUpstream();
    protected final FakeProxy proxy = new FakeProxy(fake.hostAndPort(), Optional.empty());
    protected final InsecureUpstreams insecure =
            InsecureUpstreams.parse(List.of(ECR + ":80", PUBLIC + ":80", OTHER + ":80", "quay.io:80"));

    protected final UpstreamRegistry registry = new HttpUpstreamRegistry(
            new FirstCredentials(List.of(
                    new SecretsManagerCredentials(aws.clients()::secretsManager, clock),
                    new EcrCredentials(aws.clients(), new RoleSessions(aws.clients(), Optional.empty()), clock),
                    new EcrPublicCredentials(aws.clients(), clock))),
            insecure,
            UpstreamTimeouts.DEFAULT,
            Optional.of(UpstreamProxy.parse("http://" + proxy.hostAndPort())),
            clock,
            wait -> {});

    /** What opens the registry, as Authorization headers. */
    protected final Set<String> accepted = new CopyOnWriteArraySet<>();

    protected final Digest digest = fake.image("app", "1", new byte[] {1});

    @AfterEach
    void stop() {
        proxy.close();
        fake.close();
        aws.close();
    }

    protected final PullThroughCacheRule rule(String host, Optional<String> secret, Optional<String> role) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse("http://" + host, insecure),
                RepositoryPrefix.ROOT,
                secret.map(CredentialArn::parse),
                role.map(CustomRoleArn::parse),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    protected final Digest pull(PullThroughCacheRule rule) {
        return registry.manifest(rule.map(RepositoryName.parse("up/app")).orElseThrow(), TAG, Deadline.never(clock))
                .digest();
    }

    protected final Kind failure(PullThroughCacheRule rule) {
        return denial(rule).kind();
    }

    protected final UpstreamException denial(PullThroughCacheRule rule) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pull(rule));
        assertThat(failure).isNotNull();
        return failure;
    }

    protected static String token(String caller, int n) {
        return basic("AWS", FakeAws.password(caller, n));
    }

    /** A stranger gets ECR's challenge, a token that has expired its 403. */
    protected final boolean asEcr(HttpExchange exchange) throws IOException {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        if (shown != null && accepted.contains(shown)) {
            return false;
        }
        if (shown == null) {
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Basic realm=\"https://" + ECR + "/\",service=\"ecr.amazonaws.com\"");
        }
        exchange.sendResponseHeaders(shown == null ? 401 : 403, -1);
        return true;
    }
}
