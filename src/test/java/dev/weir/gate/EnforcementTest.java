package dev.weir.gate;

import static dev.weir.gate.GateUnderTest.ALLOW_DEV_IMPORT;
import static dev.weir.gate.GateUnderTest.ALLOW_PULL;
import static dev.weir.gate.GateUnderTest.DEV;
import static dev.weir.gate.GateUnderTest.PROD;
import static dev.weir.gate.GateUnderTest.body;
import static dev.weir.gate.GateUnderTest.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.ClientAddress;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.gate.GateUnderTest.Built;
import dev.weir.oci.RepositoryName;
import dev.weir.registry.RegistryResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies on the parsed route: who may do what, and what nobody's request makes Weir do. */
class EnforcementTest {
    private GateUnderTest gate;
    private Built cached;

    @BeforeEach
    void start(@TempDir Path folder) {
        gate = new GateUnderTest(folder);
        cached = gate.build("app", "1", "cached");
        gate.get(DEV, "/v2/up/app/manifests/1");
        gate.get(DEV, "/v2/up/app/manifests/" + cached.image());
        gate.get(DEV, "/v2/up/app/blobs/" + cached.layer());
        gate.policy(ALLOW_PULL, ALLOW_DEV_IMPORT);
    }

    @AfterEach
    void stop() {
        gate.close();
    }

    @Test
    void whoMayNotImportGetsWhatIsCached() {
        gate.weir.clock.advance(Duration.ofDays(30));
        gate.upstream.requests().clear();
        RegistryResponse stale = gate.get(PROD, "/v2/up/app/manifests/1");
        assertThat(digestOf(stale)).isEqualTo(cached.index().toString());
        assertThat(stale.headers()).containsEntry("Cache-Status", "weir; hit");
        assertThat(gate.get(PROD, "/v2/up/app/manifests/" + cached.image()).status())
                .isEqualTo(200);
        assertThat(gate.get(PROD, "/v2/up/app/blobs/" + cached.layer()).status())
                .isEqualTo(307);
        assertThat(body(gate.get(PROD, "/v2/up/app/tags/list"))).contains("[\"1\"]");
        assertThat(gate.upstream.requests()).isEmpty();
    }

    @Test
    void whoMayNotImportMakesWeirAskUpstreamForNothing() {
        Built other = gate.build("app", "2", "other");
        gate.weir.clock.advance(Duration.ofDays(30));
        gate.upstream.requests().clear();
        for (String method : List.of("GET", "HEAD")) {
            for (String path : List.of(
                    "/v2/up/app/manifests/2",
                    "/v2/up/app/manifests/" + other.index(),
                    "/v2/up/other/manifests/1",
                    "/v2/up/app/blobs/" + other.layer(),
                    "/v2/_wait/up/app/blobs/" + other.layer())) {
                RegistryResponse denied = gate.send(PROD, method, path);
                assertThat(denied.status()).as(method + " " + path).isIn(403, 404);
            }
            gate.send(PROD, method, "/v2/up/app/manifests/1");
            gate.send(PROD, method, "/v2/up/app/tags/list");
            gate.send(PROD, method, "/v2/up/other/tags/list");
            gate.send(PROD, method, "/v2/up/app/referrers/" + cached.index());
            gate.send(PROD, method, "/v2/up/app/referrers/" + other.index());
        }
        assertThat(gate.upstream.requests()).isEmpty();
    }

    @Test
    void aDenialOfAFetchNamesActionImageAndReason() {
        assertThat(body(gate.get(PROD, "/v2/up/app/manifests/2")))
                .contains("DENIED", "'weir:user/prod' may not ecr:BatchImportUpstreamImage 'up/app:2'")
                .contains("no statement allows it");
    }

    @ParameterizedTest(name = "without {0}: {1}")
    @CsvSource({
        "ecr:BatchGetImage, /v2/up/app/manifests/1",
        "ecr:GetDownloadUrlForLayer, /v2/up/app/blobs/LAYER",
        "ecr:ListImages, /v2/up/app/tags/list",
        "ecr:DescribeImages, /v2/up/app/referrers/INDEX",
    })
    void eachRouteNeedsItsAction(String action, String path) {
        String asked = path.replace("LAYER", cached.layer().toString())
                .replace("INDEX", cached.index().toString());
        assertThat(gate.get(DEV, asked).status()).isIn(200, 307);
        gate.policy(
                ALLOW_PULL,
                ALLOW_DEV_IMPORT,
                "{'Sid':'No','Effect':'Deny','Principal':'*','Action':'" + action + "','Resource':'up/app'}");
        RegistryResponse denied = gate.get(DEV, asked);
        assertThat(denied.status()).isEqualTo(403);
        assertThat(body(denied)).contains(action, "up/app", "statement 'No' of the registry policy");
    }

    @Test
    void aRepositorysOwnPolicyCountsBesideTheRegistrys() {
        gate.weir.policies.putRepositoryPolicy(
                RepositoryName.parse("up/app"),
                PolicyDocument.parse(
                        "{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"weir:user/prod\",\"Action\":\"ecr:*\"}}"));
        assertThat(body(gate.get(PROD, "/v2/up/app/manifests/1")))
                .contains("statement 0 of the policy of repository 'up/app'");
        assertThat(gate.get(DEV, "/v2/up/app/manifests/1").status()).isEqualTo(200);
    }

    @Test
    void whatOneMayNotSeeIsNotListed() {
        gate.build("hidden", "1", "hidden");
        gate.get(DEV, "/v2/up/hidden/manifests/1");
        gate.policy(ALLOW_PULL, "{'Effect':'Deny','Principal':'weir:user/prod','Action':'ecr:*','Resource':'up/hid*'}");
        assertThat(body(gate.get(PROD, "/v2/_catalog"))).contains("up/app").doesNotContain("hidden");
        assertThat(body(gate.get(PROD, "/v2/_catalog?n=1"))).contains("[\"up/app\"]");
        assertThat(gate.get(PROD, "/v2/_catalog?n=1").headers()).doesNotContainKey("Link");
        assertThat(gate.get(DEV, "/v2/_catalog?n=1").headers())
                .containsEntry("Link", "</v2/_catalog?n=1&last=up%2Fapp>; rel=\"next\"");
        assertThat(body(gate.get(DEV, "/v2/_catalog"))).contains("up/app", "up/hidden");
    }

    @Test
    void tagsThatMayNotBePulledAreNotListed() {
        gate.build("app", "dev-2", "dev");
        gate.get(DEV, "/v2/up/app/manifests/dev-2");
        gate.policy(
                ALLOW_PULL,
                "{'Effect':'Deny','Principal':'weir:user/prod','Action':'ecr:BatchGetImage',"
                        + "'Condition':{'StringLike':{'weir:ImageTag':'dev-*'}}}");
        assertThat(gate.get(PROD, "/v2/up/app/manifests/dev-2").status()).isEqualTo(403);
        assertThat(body(gate.get(PROD, "/v2/up/app/tags/list")))
                .contains("\"1\"")
                .doesNotContain("dev-2");
    }

    @Test
    void conditionsOnRuleUpstreamAndAddressAreAnswered() {
        gate.policy("{'Effect':'Allow','Principal':'*','Action':'ecr:*','Condition':{'StringEquals':{'weir:Rule':'up',"
                + "'weir:UpstreamRegistry':'" + gate.upstream.hostAndPort() + "'},"
                + "'IpAddress':{'aws:SourceIp':'10.0.0.0/8'},'DateGreaterThan':{'aws:CurrentTime':'2099-01-01'}}}");
        assertThat(gate.get(DEV.from(ClientAddress.of("10.1.2.3")), "/v2/up/app/manifests/1")
                        .status())
                .isEqualTo(200);
        assertThat(gate.get(DEV.from(ClientAddress.of("11.1.2.3")), "/v2/up/app/manifests/1")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aConditionOnTheCacheKeepsWhatIsNotThereAway() {
        gate.policy(
                ALLOW_PULL,
                "{'Effect':'Allow','Principal':'*','Action':'ecr:BatchImportUpstreamImage'}",
                "{'Effect':'Deny','Principal':'weir:user/prod','Action':'ecr:BatchGetImage','Condition':{'Bool':{'weir:Cached':'false'}}}");
        gate.build("app", "2", "other");
        gate.upstream.requests().clear();
        assertThat(gate.get(PROD, "/v2/up/app/manifests/2").status()).isEqualTo(403);
        assertThat(gate.upstream.requests()).isEmpty();
        assertThat(gate.get(PROD, "/v2/up/app/manifests/1").status()).isEqualTo(200);
    }
}
