package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.Challenges;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.CreatePullThroughCacheRuleResponse;
import software.amazon.awssdk.services.ecr.model.DeletePullThroughCacheRuleResponse;
import software.amazon.awssdk.services.ecr.model.DescribePullThroughCacheRulesResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.LimitExceededException;
import software.amazon.awssdk.services.ecr.model.PullThroughCacheRule;
import software.amazon.awssdk.services.ecr.model.PullThroughCacheRuleAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.PullThroughCacheRuleNotFoundException;
import software.amazon.awssdk.services.ecr.model.UnsupportedUpstreamRegistryException;
import software.amazon.awssdk.services.ecr.model.UpdatePullThroughCacheRuleResponse;
import software.amazon.awssdk.services.ecr.model.UpstreamRegistry;
import software.amazon.awssdk.services.ecr.model.ValidatePullThroughCacheRuleResponse;

/** The rule calls of AWS's own client. */
class RuleOperationsIT {
    private static final String SECRET =
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/up-1a2b3c";
    private static final String ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

    @TempDir
    private Path folder;

    private RegistryUnderTest weir;
    private EcrClient ecr;

    @BeforeEach
    void start() {
        weir = new RegistryUnderTest(folder, upstream -> Map.of("WEIR_MAX_RULES", "5"));
        ecr = weir.ecr;
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private void create(String prefix, String url) {
        ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix(prefix).upstreamRegistryUrl(url));
    }

    @Test
    void aRuleIsCreatedWithAllItsMembersAndShownSo() {
        CreatePullThroughCacheRuleResponse created =
                ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("team/ecr/")
                        .upstreamRegistryUrl(ECR)
                        .registryId("000000000000")
                        .upstreamRegistry(UpstreamRegistry.ECR)
                        .credentialArn(SECRET)
                        .customRoleArn("arn:aws:iam::111122223333:role/pull")
                        .upstreamRepositoryPrefix("prod"));
        PullThroughCacheRule shown = ecr.describePullThroughCacheRules(all -> all.ecrRepositoryPrefixes("team/ecr"))
                .pullThroughCacheRules()
                .get(0);
        assertThat(shown.ecrRepositoryPrefix()).isEqualTo("team/ecr").isEqualTo(created.ecrRepositoryPrefix());
        assertThat(shown.upstreamRegistryUrl()).isEqualTo(ECR).isEqualTo(created.upstreamRegistryUrl());
        assertThat(shown.registryId()).isEqualTo("000000000000").isEqualTo(created.registryId());
        assertThat(shown.upstreamRegistry()).isEqualTo(UpstreamRegistry.ECR).isEqualTo(created.upstreamRegistry());
        assertThat(shown.credentialArn()).isEqualTo(SECRET).isEqualTo(created.credentialArn());
        assertThat(shown.customRoleArn())
                .isEqualTo("arn:aws:iam::111122223333:role/pull")
                .isEqualTo(created.customRoleArn());
        assertThat(shown.upstreamRepositoryPrefix()).isEqualTo("prod").isEqualTo(created.upstreamRepositoryPrefix());
        assertThat(shown.createdAt()).isEqualTo(created.createdAt()).isEqualTo(shown.updatedAt());
    }

    @ParameterizedTest
    @CsvSource({
        "registry-1.docker.io, docker-hub",
        "public.ecr.aws, ecr-public",
        "quay.io, quay",
        "registry.k8s.io, k8s",
        "ghcr.io, github-container-registry",
        "acme.azurecr.io, azure-container-registry",
        "registry.gitlab.com, gitlab-container-registry",
        "cgr.dev, chainguard",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn, ecr",
        "registry.example.org:5000, ",
    })
    void ecrsNameOfTheUpstreamIsInferred(String url, String name) {
        create("some", url);
        assertThat(ecr.describePullThroughCacheRules(all -> {})
                        .pullThroughCacheRules()
                        .get(0)
                        .upstreamRegistryAsString())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"quay.io, docker-hub", "registry.example.org, quay"})
    void aNameOfAnotherUpstreamIsRejected(String url, String name) {
        assertThatThrownBy(() -> ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("some")
                        .upstreamRegistryUrl(url)
                        .upstreamRegistry(name)))
                .isInstanceOf(UnsupportedUpstreamRegistryException.class)
                .hasMessageContaining("leave it out");
    }

    @Test
    void anUpstreamPrefixIsShownAsItWasGiven() {
        create("left-out", "quay.io");
        ecr.createPullThroughCacheRule(rule ->
                rule.ecrRepositoryPrefix("root").upstreamRegistryUrl("quay.io").upstreamRepositoryPrefix("ROOT"));
        assertThat(ecr.describePullThroughCacheRules(all -> {}).pullThroughCacheRules())
                .extracting(PullThroughCacheRule::upstreamRepositoryPrefix)
                .containsExactly(null, "ROOT");
    }

    @Test
    void aPrefixHasOneRule() {
        create("quay", "quay.io");
        assertThatThrownBy(() -> create("quay/", "ghcr.io"))
                .isInstanceOf(PullThroughCacheRuleAlreadyExistsException.class)
                .hasMessageContaining("'quay'");
    }

    @Test
    void rulesHaveALimit() {
        for (int i = 0; i < 5; i++) {
            create("quay" + i, "quay.io");
        }
        assertThatThrownBy(() -> create("one-more", "quay.io"))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("WEIR_MAX_RULES");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a | quay.io | | | ecrRepositoryPrefix",
                "Quay | quay.io | | | ecrRepositoryPrefix",
                "quay | quay.io/path | | | upstreamRegistryUrl",
                "quay | http://quay.io | | | WEIR_INSECURE_UPSTREAMS",
                "quay | quay.io | arn:aws:secretsmanager:us-east-1:111122223333:secret:other/up-1a2b3c | | credentialArn",
                "quay | quay.io | | arn:aws:iam::111122223333:role/pull | customRoleArn",
                "quay | quay.io | | no-role | customRoleArn",
            })
    void aMemberThatIsNotAllowedIsNamed(String prefix, String url, String secret, String role, String named) {
        assertThatThrownBy(() -> ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix(prefix)
                        .upstreamRegistryUrl(url)
                        .credentialArn(secret)
                        .customRoleArn(role)))
                .isInstanceOfSatisfying(
                        EcrException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterException"))
                .hasMessageContaining(named);
    }

    @Test
    void rulesAreShownPageByPage() {
        for (int i = 0; i < 5; i++) {
            create("quay" + i, "quay.io");
        }
        assertThat(ecr.describePullThroughCacheRulesPaginator(all -> all.maxResults(2)).stream()
                        .map(DescribePullThroughCacheRulesResponse::pullThroughCacheRules))
                .hasSize(3)
                .flatExtracting(page -> page)
                .extracting(PullThroughCacheRule::ecrRepositoryPrefix)
                .containsExactly("quay0", "quay1", "quay2", "quay3", "quay4");
        assertThatThrownBy(() -> ecr.describePullThroughCacheRules(all -> all.nextToken("%")))
                .hasMessageContaining("nextToken");
    }

    @Test
    void aRuleThatIsNotThereIsNotFoundByAnyCall() {
        assertThatThrownBy(() -> ecr.describePullThroughCacheRules(all -> all.ecrRepositoryPrefixes("none")))
                .isInstanceOf(PullThroughCacheRuleNotFoundException.class)
                .hasMessageContaining("'none'");
        assertThatThrownBy(() -> ecr.updatePullThroughCacheRule(
                        rule -> rule.ecrRepositoryPrefix("none").credentialArn(SECRET)))
                .isInstanceOf(PullThroughCacheRuleNotFoundException.class);
        assertThatThrownBy(() -> ecr.deletePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("none")))
                .isInstanceOf(PullThroughCacheRuleNotFoundException.class);
        assertThatThrownBy(() -> ecr.validatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("none")))
                .isInstanceOf(PullThroughCacheRuleNotFoundException.class);
        assertThatThrownBy(() -> ecr.deletePullThroughCacheRule(
                        rule -> rule.ecrRepositoryPrefix("none").registryId("999999999999")))
                .hasMessageContaining("registryId");
    }

    @Test
    void credentialsAreUpdatedAndAllElseStays() {
        create("up", ECR);
        UpdatePullThroughCacheRuleResponse updated = ecr.updatePullThroughCacheRule(
                rule -> rule.ecrRepositoryPrefix("up").customRoleArn("arn:aws:iam::111122223333:role/pull"));
        assertThat(updated.customRoleArn()).isEqualTo("arn:aws:iam::111122223333:role/pull");
        assertThat(updated.updatedAt()).isNotNull();
        ecr.updatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up").credentialArn(SECRET));
        PullThroughCacheRule shown = ecr.describePullThroughCacheRules(all -> {})
                .pullThroughCacheRules()
                .get(0);
        assertThat(shown.credentialArn()).isEqualTo(SECRET);
        assertThat(shown.customRoleArn()).isEqualTo("arn:aws:iam::111122223333:role/pull");
        assertThat(shown.upstreamRegistryUrl()).isEqualTo(ECR);
        assertThatThrownBy(() -> ecr.updatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up")))
                .hasMessageContaining("credentialArn");
    }

    @Test
    void whatADeletedRuleCachedIsServedAndNothingElseIs() {
        weir.upstream.image("app", "1", new byte[] {1});
        weir.upstream.image("app", "2", new byte[] {2});
        create("up", weir.url());
        assertThat(weir.get("/v2/up/app/manifests/1").status()).isEqualTo(200);
        DeletePullThroughCacheRuleResponse deleted =
                ecr.deletePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up"));
        assertThat(deleted.upstreamRegistryUrl()).isEqualTo(weir.url());
        assertThat(deleted.createdAt()).isNotNull();
        weir.upstream.requests().clear();
        assertThat(weir.get("/v2/up/app/manifests/1"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
                .satisfies(answer ->
                        assertThat(answer.headers()).containsEntry("Cache-Status", "weir; hit; detail=RULE_DELETED"));
        assertThat(weir.get("/v2/up/app/manifests/2"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404))
                .satisfies(answer -> assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                        .contains("rule 'up' is deleted: create it again"));
        assertThat(new String(weir.get("/v2/up/app/tags/list").body(), StandardCharsets.UTF_8))
                .contains("[\"1\"]");
        // As a containerd mirror asks.
        assertThat(weir.get("/v2/app/manifests/1", Map.of("ns", List.of(weir.upstream.hostAndPort())))
                        .headers())
                .containsEntry("Cache-Status", "weir; hit; detail=RULE_DELETED");
        assertThat(weir.upstream.requests()).isEmpty();
        create("up", weir.url());
        assertThat(weir.get("/v2/up/app/manifests/2").status()).isEqualTo(200);
    }

    private ValidatePullThroughCacheRuleResponse validate(String prefix) {
        return ecr.validatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix(prefix));
    }

    @Test
    void aRuleWhoseUpstreamLetsWeirInIsValid() throws Exception {
        weir.upstream.put("/v2/", "application/json", "{}");
        create("up", weir.url());
        assertThat(validate("up").isValid()).isTrue();
        assertThat(validate("up").failure()).isNull();
        weir.upstream.misbehave(Challenges.wantsPassword("me", "secret"));
        assertThat(validate("up").isValid()).isFalse();
        assertThat(validate("up").failure()).contains("wants a credential: give the rule a credentialArn");
        Files.writeString(folder.resolve("config.json"), dockerConfig("me:secret"));
        assertThat(validate("up").isValid()).isTrue();
        Files.writeString(folder.resolve("config.json"), dockerConfig("me:wrong"));
        ecr.updatePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up").credentialArn(SECRET));
        assertThat(validate("up").isValid()).isFalse();
        assertThat(validate("up").failure())
                .contains("denies the credential", SECRET)
                .doesNotContain("wrong");
    }

    private String dockerConfig(String login) {
        return "{\"auths\":{\"" + weir.upstream.hostAndPort() + "\":{\"auth\":\""
                + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)) + "\"}}}";
    }

    @Test
    void aRuleWhoseUpstreamIsNoRegistryOrNotThereIsNotValid() {
        create("up", weir.url());
        assertThat(validate("up").failure()).contains("does not answer as a registry does");
        weir.upstream.failWith(503, request -> true);
        assertThat(validate("up").failure()).contains("can't be reached");
    }
}
