package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.aws.secretsmanager.SecretsManagerCredentials;
import dev.weir.fake.Challenges;
import dev.weir.fake.FakeAws;
import dev.weir.fake.FakeProxy;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.upstream.UpstreamProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.ecr.model.ValidatePullThroughCacheRuleResponse;

/** A rule whose secret is missing or broken: what its validation says, and what a pull through the HTTP front is told. */
class RuleSecretsIT {
    private static final String NAME = "ecr-pullthroughcache/private-AbCdEf";
    private static final String SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + NAME;
    private static final String GOOD = "{\"username\":\"me\",\"accessToken\":\"hunter2\"}";
    private static final byte[] LAYER = {1, 2, 3};

    /** How a secret is of no use, and what mends it. */
    private enum Trouble {
        MISSING("", "does not exist: create the secret, or mend the rule's credentialArn"),
        NO_ACCESS(GOOD, "can't be read: allow secretsmanager:GetSecretValue"),
        NOT_JSON("hunter2", "is not JSON: write username and accessToken as JSON"),
        NO_USERNAME("{\"accessToken\":\"hunter2\"}", "lacks username or accessToken: write both"),
        NO_ACCESS_TOKEN("{\"username\":\"hunter2\"}", "lacks username or accessToken: write both"),
        OTHER_KEYS("{\"user\":\"me\",\"password\":\"hunter2\"}", "lacks username or accessToken: write both");

        /** What the secret holds; empty for no secret. */
        private final String text;

        private final String remedy;

        Trouble(String text, String remedy) {
            this.text = text;
            this.remedy = remedy;
        }
    }

    private final MovableClock awsTime = new MovableClock();
    private final FakeAws aws = new FakeAws(awsTime);
    private EcrUnderTest weir;
    private final List<FakeProxy> proxies = new ArrayList<>();
    private LocalServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new EcrUnderTest(
                folder, clock -> new SecretsManagerCredentials(aws.clients()::secretsManager, clock), this::proxyTo);
        server = LocalServer.start(0, new HttpFront(weir.assembly.registry()::handle, Optional.empty()));
        aws.secrets.put(SECRET, GOOD);
        weir.upstream.put("/v2/", "application/json", "{}");
        weir.upstream.misbehave(Challenges.wantsPassword("me", "hunter2"));
    }

    /** Docker Hub is reached by its own name. */
    private Optional<UpstreamProxy> proxyTo(String upstream) {
        FakeProxy proxy = new FakeProxy(upstream, Optional.empty());
        proxies.add(proxy);
        return Optional.of(UpstreamProxy.parse("http://" + proxy.hostAndPort()));
    }

    @AfterEach
    void stop() {
        server.close();
        weir.close();
        proxies.forEach(FakeProxy::close);
        aws.close();
    }

    private void create(String prefix, String host, Optional<String> secret) {
        weir.ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix(prefix)
                .upstreamRegistryUrl("http://" + host)
                .credentialArn(secret.orElse(null)));
    }

    private void become(Trouble trouble) {
        if (trouble.text.isEmpty()) {
            aws.secrets.remove(SECRET);
        } else {
            aws.secrets.put(SECRET, trouble.text);
        }
        if (trouble == Trouble.NO_ACCESS) {
            aws.denied.add("secretsmanager:GetSecretValue");
        }
    }

    private void mend() {
        aws.denied.clear();
        aws.secrets.put(SECRET, GOOD);
    }

    private ValidatePullThroughCacheRuleResponse validate(String prefix) {
        return weir.ecr.validatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix(prefix));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                                .build(),
                        BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource
    void validationSaysWhatToMend(Trouble trouble) {
        create("private", weir.upstream.hostAndPort(), Optional.of(SECRET));
        assertThat(validate("private").isValid()).isTrue();

        become(trouble);
        weir.clock.advance(Duration.ofHours(2));
        ValidatePullThroughCacheRuleResponse broken = validate("private");
        assertThat(broken.isValid()).isFalse();
        assertThat(broken.failure())
                .contains(NAME, "'private'", trouble.remedy)
                .doesNotContain("hunter2", "own-secret");

        mend();
        weir.clock.advance(Duration.ofMinutes(6));
        assertThat(validate("private").isValid()).isTrue();
        assertThat(validate("private").failure()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aPullIsToldWhatToMendAndWhatIsCachedIsServedOn(Trouble trouble) throws Exception {
        create("private", weir.upstream.hostAndPort(), Optional.of(SECRET));
        weir.upstream.image("app", "1", LAYER);
        weir.upstream.image("app", "2", LAYER, new byte[] {4});
        assertThat(get("/v2/private/app/manifests/1").statusCode()).isEqualTo(200);
        weir.consumeFillRequests();

        become(trouble);
        weir.clock.advance(Duration.ofHours(25));

        HttpResponse<String> denied = get("/v2/private/app/manifests/2");
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body())
                .contains("\"code\":\"DENIED\"", NAME, "'private'", trouble.remedy)
                .doesNotContain("hunter2", "own-secret");
        assertThat(get("/v2/private/app/manifests/1").statusCode()).isEqualTo(200);
        assertThat(get("/v2/private/app/blobs/" + Digest.of(LAYER)).statusCode())
                .isEqualTo(307);

        mend();
        weir.clock.advance(Duration.ofMinutes(6));
        assertThat(get("/v2/private/app/manifests/2").statusCode()).isEqualTo(200);
    }

    @Test
    void aRuleForDockerHubWithoutASecretWorksAndWarns() throws Exception {
        weir.upstream.behave();
        weir.upstream.image("library/alpine", "3", LAYER);
        create("hub", "registry-1.docker.io", Optional.empty());

        assertThat(validate("hub").isValid()).isTrue();
        assertThat(validate("hub").failure())
                .startsWith("warning: without a credentialArn Docker Hub limits pulls by address")
                .endsWith("give the rule a secret");
        assertThat(get("/v2/hub/alpine/manifests/3").statusCode()).isEqualTo(200);

        weir.ecr.updatePullThroughCacheRule(
                rule -> rule.ecrRepositoryPrefix("hub").credentialArn(SECRET));
        assertThat(validate("hub").isValid()).isTrue();
        assertThat(validate("hub").failure()).isNull();
    }
}
