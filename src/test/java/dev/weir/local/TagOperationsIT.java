package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.registry.RegistryResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.InvalidTagParameterException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;
import software.amazon.awssdk.services.ecr.model.TooManyTagsException;

/** Tags of rules and repositories by AWS's own client, and what the settings among them do. */
class TagOperationsIT {
    private static final String RULE = "arn:aws:ecr:us-east-1:000000000000:pull-through-cache-rule/up";
    private static final String REPOSITORY = "arn:aws:ecr:us-east-1:000000000000:repository/up/acme/app";

    private RegistryUnderTest weir;
    private EcrClient ecr;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new RegistryUnderTest(folder);
        ecr = weir.ecr;
        ecr.createPullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up").upstreamRegistryUrl(weir.url()));
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private void tagRule(String key, String value) {
        ecr.tagResource(request -> request.resourceArn(RULE).tags(tag(key, value)));
    }

    private List<Tag> tags(String arn) {
        return ecr.listTagsForResource(request -> request.resourceArn(arn)).tags();
    }

    @Test
    void tagsOfARuleAreSetChangedListedAndRemoved() {
        assertThat(tags(RULE)).isEmpty();
        tagRule("team", "a");
        tagRule("team", "b");
        tagRule("weir:refresh-interval", "PT1H");
        assertThat(tags(RULE)).containsExactly(tag("team", "b"), tag("weir:refresh-interval", "PT1H"));
        ecr.untagResource(request -> request.resourceArn(RULE).tagKeys("weir:refresh-interval", "none"));
        assertThat(tags(RULE)).containsExactly(tag("team", "b"));
    }

    @Test
    void tagsOfARepositoryAreSetListedAndRemoved() {
        weir.upstream.image("acme/app", "1", new byte[] {1});
        assertThatThrownBy(() -> tags(REPOSITORY)).isInstanceOf(RepositoryNotFoundException.class);
        weir.get("/v2/up/acme/app/manifests/1");
        ecr.tagResource(request -> request.resourceArn(REPOSITORY).tags(tag("team", "a")));
        assertThat(tags(REPOSITORY)).containsExactly(tag("team", "a"));
        ecr.untagResource(request -> request.resourceArn(REPOSITORY).tagKeys("team"));
        assertThat(tags(REPOSITORY)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "weir:refresh-interval | soon | an ISO-8601 duration of at least PT1M",
                "weir:refresh-interval | PT1S | an ISO-8601 duration of at least PT1M",
                "weir:allow | UPPER | patterns <upstream repository>[:<tag>]",
                "weir:deny | a:b:c | patterns <upstream repository>[:<tag>]",
                "weir:prefetch | yes | on or off",
                "weir:platforms | linux | os/architecture",
                "weir:unknown | x | weir:refresh-interval, weir:allow",
                "aws:team | x | aws:",
            })
    void aValueThatIsNotAllowedIsToldWhatIs(String key, String value, String allowed) {
        assertThatThrownBy(() -> tagRule(key, value))
                .isInstanceOf(InvalidTagParameterException.class)
                .hasMessageContaining(allowed);
        assertThat(tags(RULE)).isEmpty();
    }

    @Test
    void aResourceHasAtMostFiftyTags() {
        ecr.tagResource(request -> request.resourceArn(RULE)
                .tags(IntStream.range(0, 50).mapToObj(i -> tag("k" + i, "v")).toList()));
        assertThatThrownBy(() -> tagRule("one-more", "v")).isInstanceOf(TooManyTagsException.class);
        tagRule("k0", "another");
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:ecr:us-east-1:000000000000:pull-through-cache-rule/none, PullThroughCacheRuleNotFoundException",
        "arn:aws:ecr:us-east-1:000000000000:repository/none, RepositoryNotFoundException",
        "arn:aws:ecr:us-east-1:999999999999:repository/none, InvalidParameterException",
        "arn:aws:ecr:us-east-1:000000000000:repository/NONE, InvalidParameterException",
        "none, InvalidParameterException",
    })
    void anArnOfNothingHasNoTags(String arn, String code) {
        assertThatThrownBy(() -> tags(arn)).isInstanceOfSatisfying(EcrException.class, e -> assertThat(
                        e.awsErrorDetails().errorCode())
                .isEqualTo(code));
    }

    private RegistryResponse get(String path) {
        return weir.get("/v2/up/" + path);
    }

    private static String body(RegistryResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsDeniedIsDeniedOnEveryWayAndAskedOfNobody() {
        String digest = weir.upstream.image("evil/app", "1", new byte[] {1}).toString();
        get("evil/app/manifests/1");
        tagRule("weir:deny", "other/* evil/*");
        weir.upstream.requests().clear();
        for (String path :
                List.of("manifests/1", "manifests/" + digest, "blobs/" + digest, "tags/list", "referrers/" + digest)) {
            assertThat(get("evil/app/" + path).status()).as(path).isEqualTo(403);
            assertThat(body(get("evil/app/" + path)))
                    .as(path)
                    .contains("DENIED", "rule 'up' denies 'evil/app", "weir:deny has 'evil/*'");
        }
        assertThat(weir.upstream.requests()).isEmpty();
    }

    @Test
    void theCatalogListsOnlyWhatMayBePulled() {
        for (String name : List.of("a/app", "b/app", "c/app")) {
            weir.upstream.image(name, "1", new byte[] {1});
            get(name + "/manifests/1");
        }
        tagRule("weir:deny", "b/*");
        assertThat(body(weir.get("/v2/_catalog"))).isEqualTo("{\"repositories\":[\"up/a/app\",\"up/c/app\"]}");
        tagRule("weir:allow", "c/app:1 b/*");
        assertThat(body(weir.get("/v2/_catalog"))).isEqualTo("{\"repositories\":[\"up/c/app\"]}");
        ecr.untagResource(request -> request.resourceArn(RULE).tagKeys("weir:allow", "weir:deny"));
        assertThat(body(weir.get("/v2/_catalog"))).contains("up/a/app", "up/b/app", "up/c/app");
    }

    @Test
    void onlyWhatIsAllowedIsPulled() {
        weir.upstream.image("acme/app", "1.2", new byte[] {1});
        weir.upstream.image("acme/app", "2.0", new byte[] {2});
        weir.upstream.image("other/app", "1.2", new byte[] {3});
        weir.upstream.put("/v2/acme/app/tags/list", "application/json", "{\"tags\":[\"1.2\",\"2.0\"]}");
        tagRule("weir:allow", "library/* acme/app:1.*");
        assertThat(get("acme/app/manifests/1.2").status()).isEqualTo(200);
        assertThat(body(get("acme/app/manifests/2.0")))
                .contains("DENIED", "does not allow 'acme/app:2.0'", "library/* acme/app:1.*");
        assertThat(get("other/app/manifests/1.2").status()).isEqualTo(403);
        assertThat(body(get("acme/app/tags/list"))).contains("[\"1.2\"]");
        ecr.untagResource(request -> request.resourceArn(RULE).tagKeys("weir:allow"));
        assertThat(get("acme/app/manifests/2.0").status()).isEqualTo(200);
    }
}
