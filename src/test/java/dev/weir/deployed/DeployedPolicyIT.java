package dev.weir.deployed;

import static dev.weir.deployed.RegistryClient.header;
import static dev.weir.deployed.RegistryClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.fake.FakeUpstream;
import dev.weir.oci.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.Tag;

/** The policies of infra/policies as deployed: put by the admin API, logged in and pulled under through the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedPolicyIT {
    private static final String PASSWORD = "hunter2-secret";
    private static final Duration FOUR_DAYS = Duration.ofDays(4);
    private static final String ARNS = "arn:aws:ecr:us-east-1:111122223333:";

    private final FakeUpstream upstream = new FakeUpstream();
    private DeployedWeir weir;
    private RegistryClient client;
    private EcrClient ecr;

    @BeforeAll
    void deploy() throws IOException {
        weir = new DeployedWeir(Artifact.UNDER_TEST, 0, upstream.hostAndPort());
        weir.putUsers(Map.of("dev", PASSWORD, "prod", PASSWORD));
        client = new RegistryClient(weir.gateway);
        ecr = EcrClient.builder()
                .endpointOverride(weir.admin.endpoint().resolve("/ecr"))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(DeployedWeir.ADMIN_KEY, DeployedWeir.ADMIN_SECRET)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @AfterAll
    void remove() throws IOException {
        ecr.close();
        weir.close();
        upstream.close();
        weir.functions.copyLogs(Path.of("target"));
    }

    /** What was changed before is known to all processes within 30 s, and to one that starts now. */
    private void takeEffect() {
        weir.functions.endIdleProcesses("RegistryFunction");
    }

    private void put(String file) throws IOException {
        String policy = Files.readString(Path.of("infra", "policies", file));
        ecr.putRegistryPolicy(request -> request.policyText(policy));
        takeEffect();
    }

    private HttpResponse<byte[]> as(String user, String path) throws Exception {
        return client.send(client.as(user, PASSWORD, "/v2/" + path));
    }

    private static byte[] layer(String name) {
        return ("layer of " + name).getBytes(StandardCharsets.UTF_8);
    }

    private Digest build(String name, String content) {
        return upstream.image(name, "1", layer(content));
    }

    /** The tag pointed at an image four days ago, and points at another since dev pulled it a moment ago. */
    private record Moved(Digest old, Digest newer) {}

    private Moved moved(String prefix, String name) throws Exception {
        Digest old = build(name, name + " old");
        assertThat(new EarlierWeir(weir, upstream.hostAndPort(), FOUR_DAYS)
                        .pulled("dev", prefix + "/" + name, "1", Digest.of(layer(name + " old"))))
                .isEqualTo(old);
        Digest newer = build(name, name + " new");
        HttpResponse<byte[]> dev = as("dev", prefix + "/" + name + "/manifests/1");
        assertThat(header(dev, "Docker-Content-Digest")).isEqualTo(newer.toString());
        return new Moved(old, newer);
    }

    @Test
    void prodIsServedTheNewestImageThatIsOldEnough() throws Exception {
        put("registry-quarantine.json");
        Moved moved = moved("up", "app");
        HttpResponse<byte[]> prod = as("prod", "up/app/manifests/1");
        assertThat(prod.statusCode()).as(text(prod)).isEqualTo(200);
        assertThat(header(prod, "Docker-Content-Digest")).isEqualTo(moved.old().toString());
        assertThat(header(prod, "Cache-Status")).isEqualTo("weir; hit; detail=held-newer");
        assertThat(as("prod", "up/app/blobs/" + Digest.of(layer("app old"))).statusCode())
                .isEqualTo(307);
        as("dev", "up/app/blobs/" + Digest.of(layer("app new")));
        for (String path : new String[] {"manifests/" + moved.newer(), "blobs/" + Digest.of(layer("app new"))}) {
            assertThat(as("prod", "up/app/" + path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(Files.readString(weir.functions.log("RegistryFunction")))
                .contains("decision=HELD_NEWER")
                .doesNotContain(PASSWORD);
        assertThat(Files.readString(weir.functions.log("AuthorizerFunction")))
                .contains("principal=weir:user/prod operation=login", "decision=LOGIN_ACCEPTED")
                .doesNotContain(PASSWORD);
    }

    @Test
    void anImageThatIsTooYoungIsDeniedWithTheStatementAndTheTimeThatIsLeft() throws Exception {
        put("registry-quarantine.json");
        build("fresh", "fresh");
        assertThat(as("dev", "up/fresh/manifests/1").statusCode()).isEqualTo(200);
        String password = new ObjectMapper()
                .readTree(as("prod", "_weir/login").body())
                .path("password")
                .asText();
        HttpResponse<byte[]> denied = client.send(client.as("AWS", password, "/v2/up/fresh/manifests/1"));
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(text(denied))
                .contains("DENIED", "'ProdOnlyOld' of the registry policy", "first seen", "served from");
        assertThat(Long.parseLong(header(denied, "Retry-After")))
                .isBetween(
                        Duration.ofHours(71).toSeconds(), Duration.ofHours(72).toSeconds());
    }

    @Test
    void anImageIsReleasedByATagOfItsRepository() throws Exception {
        put("registry-quarantine.json");
        Digest image = build("urgent", "urgent");
        assertThat(as("dev", "up/urgent/manifests/1").statusCode()).isEqualTo(200);
        assertThat(as("prod", "up/urgent/manifests/1").statusCode()).isEqualTo(403);
        String until = Instant.now().plus(Duration.ofDays(1)).toString();
        ecr.tagResource(request -> request.resourceArn(ARNS + "repository/up/urgent")
                .tags(tag("weir:release", image + ";CVE-2026-1;" + until)));
        takeEffect();
        HttpResponse<byte[]> prod = as("prod", "up/urgent/manifests/1");
        assertThat(prod.statusCode()).as(text(prod)).isEqualTo(200);
        assertThat(header(prod, "Docker-Content-Digest")).isEqualTo(image.toString());
        assertThat(Files.readString(weir.functions.log("RegistryFunction"))).contains("QUARANTINE_OVERRIDDEN");
    }

    @Test
    void aRuleThatOnlyObservesServesAndTells() throws Exception {
        put("registry-quarantine.json");
        ecr.createPullThroughCacheRule(request ->
                request.ecrRepositoryPrefix("watched").upstreamRegistryUrl("http://" + upstream.hostAndPort()));
        ecr.tagResource(request ->
                request.resourceArn(ARNS + "pull-through-cache-rule/watched").tags(tag("weir:gate-mode", "observe")));
        takeEffect();
        Moved moved = moved("watched", "seen");
        HttpResponse<byte[]> prod = as("prod", "watched/seen/manifests/1");
        assertThat(header(prod, "Docker-Content-Digest"))
                .isEqualTo(moved.newer().toString());
        assertThat(header(prod, "Cache-Status")).contains("detail=would-hold");
    }

    @Test
    void aTagIsServedAsItWasOnADay() throws Exception {
        put("registry-quarantine.json");
        Moved moved = moved("up", "dated");
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(3);
        HttpResponse<byte[]> then = as("dev", "at-" + day + "/up/dated/manifests/1");
        assertThat(then.statusCode()).as(text(then)).isEqualTo(200);
        assertThat(header(then, "Docker-Content-Digest")).isEqualTo(moved.old().toString());
        assertThat(header(then, "Cache-Status")).contains("detail=as-of");
    }

    @Test
    void prodPullsOnlyWhatWasPromoted() throws Exception {
        put("registry-dev-prod.json");
        Digest image = build("service", "service");
        assertThat(as("prod", "up/service/manifests/1").statusCode()).isEqualTo(403);
        assertThat(upstream.count("GET", "/service/")).isZero();
        assertThat(as("dev", "up/service/manifests/1").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> denied = as("prod", "up/service/manifests/1");
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(text(denied)).contains("'ProdOnlyPromoted' of the registry policy");

        promote("up/service", "prod/service");
        HttpResponse<byte[]> prod = as("prod", "prod/service/manifests/1");
        assertThat(prod.statusCode()).as(text(prod)).isEqualTo(200);
        assertThat(header(prod, "Docker-Content-Digest")).isEqualTo(image.toString());
    }

    /** As README has it. */
    private void promote(String from, String to) {
        String manifest = ecr.batchGetImage(request -> request.repositoryName(from)
                        .imageIds(ImageIdentifier.builder().imageTag("1").build()))
                .images()
                .get(0)
                .imageManifest();
        ecr.createRepository(request -> request.repositoryName(to));
        ecr.putImage(request -> request.repositoryName(to).imageTag("1").imageManifest(manifest));
        takeEffect();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
