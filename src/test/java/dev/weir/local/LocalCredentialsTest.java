package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.aws.ecr.EcrCredentials;
import dev.weir.aws.sts.RoleSessions;
import dev.weir.fake.FakeAws;
import dev.weir.fake.MovableClock;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credential.Reach;
import dev.weir.upstream.CredentialException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a developer's credentials an upstream gets. */
class LocalCredentialsTest {
    private static final String ECR = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
    /** {@code me:left} as docker writes it. */
    private static final String AUTH = "bWU6bGVmdA==";

    private final MovableClock clock = new MovableClock();
    private final FakeAws aws = new FakeAws(clock);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        aws.close();
    }

    private LocalCredentials credentials() {
        return new LocalCredentials(
                new EcrCredentials(aws.clients(), new RoleSessions(aws.clients(), Optional.empty()), clock),
                new DockerConfigCredentials(folder.resolve("config.json")));
    }

    private void logIn(String registry) throws IOException {
        Files.writeString(
                folder.resolve("config.json"), "{\"auths\":{\"" + registry + "\":{\"auth\":\"" + AUTH + "\"}}}");
    }

    private static PullThroughCacheRule rule(String upstream) {
        return PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse(upstream, InsecureUpstreams.NONE));
    }

    @Test
    void ecrGetsATokenOfTheDevelopersAwsCredentialsAndNotAnOldLogin() throws IOException {
        logIn(ECR);
        assertThat(credentials().find(rule(ECR)))
                .contains(new Credential("AWS", FakeAws.password(FakeAws.OWN_ROLE, 1), Reach.HOST));
    }

    @Test
    void ecrGetsTheLoginWhereThereIsNoToken() throws IOException {
        logIn(ECR);
        aws.denied.add("ecr:GetAuthorizationToken");
        assertThat(credentials().find(rule(ECR))).contains(new Credential("me", "left"));
        assertThat(credentials().findAnew(rule(ECR))).contains(new Credential("me", "left"));
    }

    @Test
    void ecrWithoutTokenAndLoginIsToldWhatIsMissing() {
        aws.denied.add("ecr:GetAuthorizationToken");
        assertThatThrownBy(() -> credentials().find(rule(ECR)))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("rule 'up'")
                .hasMessageContaining("ecr:GetAuthorizationToken");
    }

    @Test
    void otherUpstreamsGetTheLogin() throws IOException {
        logIn("quay.io");
        assertThat(credentials().find(rule("quay.io"))).contains(new Credential("me", "left"));
        assertThat(credentials().find(rule("ghcr.io"))).isEmpty();
        assertThat(aws.calls).isEmpty();
    }
}
