package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir:Platform}: put by ECR's call, asked over HTTP by two users. */
class PlatformPolicyIT {
    private static final String AMD = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
    private static final String ARM = "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}";
    private static final String NONE = "";

    private final Map<String, Digest> images = new LinkedHashMap<>();
    private final Map<String, Digest> layers = new LinkedHashMap<>();
    private RegistryUnderTest registry;
    private LocalServer server;
    private Digest index;

    @BeforeEach
    void start(@TempDir Path folder) {
        String hash = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());
        registry = new RegistryUnderTest(folder, upstream -> Map.of("WEIR_USERS", "dev:" + hash + "\nprod:" + hash));
        server = LocalServer.start(
                0,
                new HttpFront(
                        registry.registry::answer, registry.registry.files(), Optional.empty(), AllowedHosts.LOCAL));
        registry.ecr.createPullThroughCacheRule(
                rule -> rule.ecrRepositoryPrefix("up").upstreamRegistryUrl(registry.url()));
        build(Map.of("amd", AMD, "arm", ARM, "none", NONE));
        pullAllAsDev();
    }

    @AfterEach
    void stop() {
        server.close();
        registry.close();
    }

    /** An index of images of one layer: name → platform in JSON, empty for none. */
    private void build(Map<String, String> platforms) {
        platforms.forEach((name, platform) -> {
            byte[] layer = ("layer " + name).getBytes(StandardCharsets.UTF_8);
            layers.put(name, Digest.of(layer));
            images.put(name, registry.upstream.image("app", name, layer));
        });
        index = registry.upstream.manifest(
                "app",
                "1",
                MediaType.OCI_INDEX,
                images.entrySet().stream()
                        .map(image -> "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"size\":1,\"digest\":\""
                                + image.getValue() + "\""
                                + (platforms.getOrDefault(image.getKey(), NONE).isEmpty()
                                        ? ""
                                        : ",\"platform\":" + platforms.getOrDefault(image.getKey(), NONE))
                                + "}")
                        .collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}")));
    }

    private void pullAllAsDev() {
        assertThat(status("dev", "manifests/1")).isEqualTo(200);
        images.values().forEach(image -> assertThat(status("dev", "manifests/" + image))
                .isEqualTo(200));
        layers.values()
                .forEach(layer -> assertThat(status("dev", "blobs/" + layer)).isEqualTo(307));
    }

    private Digest image(String name) {
        return Optional.ofNullable(images.get(name)).orElseThrow();
    }

    private Digest layer(String name) {
        return Optional.ofNullable(layers.get(name)).orElseThrow();
    }

    private void deny(String condition) {
        registry.ecr.putRegistryPolicy(policy -> policy.policyText(
                ("{'Statement':[{'Effect':'Allow','Principal':'*','Action':'ecr:*'},{'Sid':'Platforms','Effect':'Deny',"
                                + "'Principal':'weir:user/prod','Action':'ecr:BatchGetImage','Condition':{" + condition
                                + "}}]}")
                        .replace('\'', '"')));
    }

    /** From now on it is known which index names which image. */
    private void pullIndexAsDev() {
        assertThat(status("dev", "manifests/1")).isEqualTo(200);
    }

    private int status(String user, String path) {
        return get(user, path).statusCode();
    }

    private HttpResponse<String> get(String user, String path) {
        String basic = Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + server.port() + "/v2/up/app/" + path))
                .header("Authorization", "Basic " + basic)
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPlatformIsDeniedByDigestWithItsLayersAndNoOtherIs() {
        deny("'StringLike':{'weir:Platform':'linux/arm*'}");
        pullIndexAsDev();
        HttpResponse<String> denied = get("prod", "manifests/" + image("arm"));
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("ecr:BatchGetImage", "up/app@" + image("arm"), "'Platforms'");
        assertThat(status("prod", "blobs/" + layer("arm"))).isEqualTo(403);
        for (String allowed : new String[] {"amd", "none"}) {
            assertThat(status("prod", "manifests/" + image(allowed)))
                    .as(allowed)
                    .isEqualTo(200);
            assertThat(status("prod", "blobs/" + layer(allowed))).as(allowed).isEqualTo(307);
        }
        assertThat(status("dev", "manifests/" + image("arm"))).isEqualTo(200);
    }

    @Test
    void anIndexHasNoPlatformAndIsServedWithAllThatItNames() {
        deny("'StringEquals':{'weir:Platform':'linux/arm/v7'}");
        HttpResponse<String> served = get("prod", "manifests/1");
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(served.headers().firstValue("Docker-Content-Digest")).contains(index.toString());
        assertThat(status("prod", "manifests/" + index)).isEqualTo(200);
        assertThat(status("prod", "manifests/" + image("arm"))).isEqualTo(403);
    }

    @Test
    void aMissingPlatformMakesANegatedOperatorTrueAndTheIndexIsDeniedToo() {
        deny("'StringNotEquals':{'weir:Platform':'linux/amd64'}");
        pullIndexAsDev();
        assertThat(status("prod", "manifests/" + image("amd"))).isEqualTo(200);
        for (String denied :
                new String[] {"1", image("none").toString(), image("arm").toString()}) {
            assertThat(status("prod", "manifests/" + denied)).as(denied).isEqualTo(403);
        }
    }

    @Test
    void thePlatformOfAnImageIsMissingUntilItsIndexIsPulledUnderThePolicy() {
        deny("'StringLike':{'weir:Platform':'linux/arm*'}");
        assertThat(status("prod", "manifests/" + image("arm"))).isEqualTo(200);
        deny("'StringNotLike':{'weir:Platform':'linux/amd*'}");
        assertThat(status("prod", "manifests/" + image("amd"))).isEqualTo(403);
        pullIndexAsDev();
        assertThat(status("prod", "manifests/" + image("amd"))).isEqualTo(200);
    }

    @Test
    void onePlatformIsAllowedByANegatedOperatorWhereThereIsAPlatform() {
        deny("'StringNotEquals':{'weir:Platform':'linux/amd64'},'Null':{'weir:Platform':'false'}");
        for (String allowed :
                new String[] {"1", image("amd").toString(), image("none").toString()}) {
            assertThat(status("prod", "manifests/" + allowed)).as(allowed).isEqualTo(200);
        }
        assertThat(status("prod", "manifests/" + image("arm"))).isEqualTo(403);
    }
}
