package dev.weir.aws.ecr;

import static dev.weir.fake.Challenges.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.aws.secretsmanager.SecretsManagerCredentials;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.fake.FakeAws;
import dev.weir.fake.FakeProxy;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.FakeUpstream.Request;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pulls from registries that demand AWS tokens or a secret, by their own names through a proxy, all on real sockets. */
class EcrPullTest {
    private static final String ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    private static final String PUBLIC = "public.ecr.aws";
    private static final String OTHER = "sibling.eu-central-1.amazonaws.com";
    private static final Tag TAG = Tag.parse("1");
    private static final String ROLE_A = "arn:aws:iam::111122223333:role/pull-a";
    private static final String ROLE_B = "arn:aws:iam::111122223333:role/pull-b";
    private static final String SECRET =
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/quay-AbCdEf";

    private final MovableClock clock = new MovableClock();
    private final FakeAws aws = new FakeAws(clock);
    private final FakeUpstream fake = new FakeUpstream();
    private final FakeProxy proxy = new FakeProxy(fake.hostAndPort(), Optional.empty());
    private final InsecureUpstreams insecure =
            InsecureUpstreams.parse(List.of(ECR + ":80", PUBLIC + ":80", OTHER + ":80", "quay.io:80"));

    private final UpstreamRegistry registry = new HttpUpstreamRegistry(
            new FirstCredentials(List.of(
                    new SecretsManagerCredentials(aws.clients().secretsManager(), clock),
                    new EcrCredentials(aws.clients(), new RoleSessions(aws.clients(), Optional.empty()), clock),
                    new EcrPublicCredentials(aws.clients(), clock))),
            insecure,
            UpstreamTimeouts.DEFAULT,
            Optional.of(UpstreamProxy.parse("http://" + proxy.hostAndPort())),
            clock,
            wait -> {});

    /** What opens the registry, as Authorization headers. */
    private final Set<String> accepted = new CopyOnWriteArraySet<>();

    private final Digest digest = fake.image("app", "1", new byte[] {1});

    @AfterEach
    void stop() {
        proxy.close();
        fake.close();
        aws.close();
    }

    private PullThroughCacheRule rule(String host, Optional<String> secret, Optional<String> role) {
        return new PullThroughCacheRule(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse("http://" + host, insecure),
                RepositoryPrefix.ROOT,
                secret.map(CredentialArn::parse),
                role.map(CustomRoleArn::parse),
                RuleSettings.NONE,
                TagMutability.MUTABLE);
    }

    private Digest pull(PullThroughCacheRule rule) {
        return registry.manifest(rule.map(RepositoryName.parse("up/app")).orElseThrow(), TAG, Deadline.never(clock))
                .digest();
    }

    private Kind failure(PullThroughCacheRule rule) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pull(rule));
        assertThat(failure).isNotNull();
        return failure.kind();
    }

    private static String token(String caller, int n) {
        return basic("AWS", FakeAws.password(caller, n));
    }

    /** A stranger gets ECR's challenge, a token that has expired its 403. */
    private boolean asEcr(HttpExchange exchange) throws IOException {
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

    private List<String> hostsThatWereShown(String authorization) {
        return fake.requests().stream()
                .filter(request -> request.header("Authorization").equals(Optional.of(authorization)))
                .flatMap(request -> request.header("Host").stream())
                .distinct()
                .toList();
    }

    @Test
    void ecrIsPulledWithATokenOfWeirsOwnRole() {
        fake.misbehave(this::asEcr);
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls).hasSize(1);
    }

    @Test
    void aTokenThatEcrCallsExpiredIsReadAnewOnce() {
        fake.misbehave(this::asEcr);
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        pull(rule);
        accepted.clear();
        accepted.add(token(FakeAws.OWN_ROLE, 2));
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls).hasSize(2);
    }

    @Test
    void aRoleThatMayNotPullCostsATokenEvery30SecondsAtMost() {
        fake.misbehave(this::asEcr);
        PullThroughCacheRule rule = rule(ECR, Optional.empty(), Optional.empty());
        for (int i = 0; i < 5; i++) {
            assertThat(failure(rule)).isEqualTo(Kind.UNAUTHORIZED);
        }
        assertThat(aws.calls).as("the first, and one anew").hasSize(2);
        clock.advance(Duration.ofSeconds(30));
        failure(rule);
        failure(rule);
        assertThat(aws.calls).hasSize(3);
    }

    @Test
    void twoRolesOfOneHostDoNotMix() {
        aws.roles.put(ROLE_A, "");
        aws.roles.put(ROLE_B, "");
        fake.misbehave(this::asEcr);
        accepted.add(token(ROLE_A, 2));
        PullThroughCacheRule a = rule(ECR, Optional.empty(), Optional.of(ROLE_A));
        PullThroughCacheRule b = rule(ECR, Optional.empty(), Optional.of(ROLE_B));
        assertThat(pull(a)).isEqualTo(digest);
        assertThat(failure(b)).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(pull(a)).isEqualTo(digest);
        assertThat(fake.requests().stream()
                        .flatMap(request -> request.header("Authorization").stream())
                        .distinct())
                .containsExactly(token(ROLE_A, 2), token(ROLE_B, 4), token(ROLE_B, 6));
    }

    @Test
    void anAwsTokenGoesToNoHostThatARedirectLeadsTo() {
        accepted.add(token(FakeAws.OWN_ROLE, 1));
        fake.misbehave(this::asEcr);
        fake.misbehave(exchange -> {
            boolean isEcr = ECR.equals(exchange.getRequestHeaders().getFirst("Host"));
            if (isEcr) {
                exchange.getResponseHeaders().set("Location", "http://" + OTHER + exchange.getRequestURI());
                exchange.sendResponseHeaders(307, -1);
            }
            return isEcr;
        });
        assertThat(failure(rule(ECR, Optional.empty(), Optional.empty()))).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(fake.requests())
                .extracting(request -> request.header("Host").orElse(""))
                .contains(OTHER);
        assertThat(hostsThatWereShown(token(FakeAws.OWN_ROLE, 1))).containsExactly(ECR);
    }

    @Test
    void anAwsTokenGoesToNoRealmBesideTheHostItself() {
        fake.misbehave(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + OTHER + "/token\"");
            exchange.sendResponseHeaders(401, -1);
            return true;
        });
        assertThat(failure(rule(ECR, Optional.empty(), Optional.empty()))).isEqualTo(Kind.INVALID);
        assertThat(fake.requests())
                .extracting(request -> request.header("Host").orElse(""))
                .containsOnly(ECR);
    }

    @Test
    void ecrPublicGivesItsOwnTokenForThatOfTheRole() {
        fake.put("/token/", "application/json", "{\"token\":\"bearer\"}");
        fake.misbehave(exchange -> {
            boolean isToken = exchange.getRequestURI().getPath().equals("/token/");
            String wanted = isToken ? token(FakeAws.OWN_ROLE, 1) : "Bearer bearer";
            boolean isRight = wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!isRight) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + PUBLIC + "/token/\"");
                exchange.sendResponseHeaders(401, -1);
            }
            return !isRight;
        });
        assertThat(pull(rule(PUBLIC, Optional.empty(), Optional.empty()))).isEqualTo(digest);
    }

    @Test
    void aRotatedSecretIsPickedUpByThePullThatItsDenialMeets() {
        fake.misbehave(this::asEcr);
        accepted.add(basic("me", "old"));
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"old\"}");
        PullThroughCacheRule rule = rule("quay.io", Optional.of(SECRET), Optional.empty());
        assertThat(pull(rule)).isEqualTo(digest);
        accepted.clear();
        accepted.add(basic("me", "new"));
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"new\"}");
        assertThat(pull(rule)).isEqualTo(digest);
        assertThat(aws.calls("GetSecretValue")).hasSize(2);
    }

    @Test
    void aSecretThatIsWrongDoesNotCostACallAPull() {
        fake.misbehave(this::asEcr);
        aws.secrets.put(SECRET, "{\"username\":\"me\",\"accessToken\":\"wrong\"}");
        PullThroughCacheRule rule = rule("quay.io", Optional.of(SECRET), Optional.empty());
        for (int i = 0; i < 5; i++) {
            assertThat(failure(rule)).isEqualTo(Kind.UNAUTHORIZED);
        }
        assertThat(aws.calls("GetSecretValue")).as("the first, and one anew").hasSize(2);
    }

    @Test
    void aRequestThatIsDeniedReadsItsCredentialAnewOnce() {
        fake.misbehave(this::asEcr);
        failure(rule(ECR, Optional.empty(), Optional.empty()));
        assertThat(aws.calls).hasSize(2);
        assertThat(fake.requests())
                .extracting(Request::path)
                .as("challenged, denied, and with the new one denied")
                .hasSize(4);
    }
}
