package dev.weir.gate;

import dev.weir.access.Principal;
import dev.weir.fake.FakeUpstream;
import dev.weir.fake.PolicyTexts;
import dev.weir.local.LaptopUnderTest;
import dev.weir.oci.Digest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.Release;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.RuleSet;
import dev.weir.rules.RuleSettings;
import dev.weir.rules.TagMutability;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Weir on a laptop's stores before a fake upstream, with policies, and callers who are known. */
final class GateUnderTest implements AutoCloseable {
    static final Principal DEV = Principal.user("dev");
    static final Principal PROD = Principal.user("prod");

    static final String ALLOW_PULL =
            "{'Effect':'Allow','Principal':'*','Action':['ecr:BatchGetImage','ecr:GetDownloadUrlForLayer','ecr:ListImages','ecr:DescribeImages']}";
    static final String ALLOW_DEV_IMPORT =
            "{'Effect':'Allow','Principal':'weir:user/dev','Action':'ecr:BatchImportUpstreamImage'}";
    static final String HOLD_PROD =
            "{'Sid':'ProdOnlyOld','Effect':'Deny','Principal':'weir:user/prod','Action':'ecr:BatchGetImage',"
                    + "'Condition':{'NumericLessThan':{'weir:FirstSeenHours':'72'}}}";

    final FakeUpstream upstream = new FakeUpstream();
    final LaptopUnderTest weir;

    GateUnderTest(Path folder) {
        InsecureUpstreams insecure = InsecureUpstreams.parse(List.of(upstream.hostAndPort()));
        weir = new LaptopUnderTest(
                folder,
                new HttpUpstreamRegistry(
                        rule -> Optional.empty(), insecure, UpstreamTimeouts.DEFAULT, Clock.systemUTC(), wait -> {}));
        rule(Map.of("weir:refresh-interval", "PT1H"));
    }

    /** Rule {@code up}, with these settings. */
    void rule(Map<String, String> settings) {
        InsecureUpstreams insecure = InsecureUpstreams.parse(List.of(upstream.hostAndPort()));
        weir.rules = RuleSet.of(new PullThroughCacheRule(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse("http://" + upstream.hostAndPort(), insecure),
                RepositoryPrefix.ROOT,
                Optional.empty(),
                Optional.empty(),
                RuleSettings.of(settings),
                TagMutability.MUTABLE));
    }

    void settings(String repository, RepositorySettings settings) {
        weir.rules = weir.rules.withRepositories(Map.of(RepositoryName.parse(repository), settings));
    }

    /** @param release the value of the tag {@code weir:release} */
    void release(String repository, String release) {
        settings(
                repository,
                new RepositorySettings(
                        TagMutability.MUTABLE,
                        Set.of(),
                        RepositorySettings.Kind.CACHED,
                        Release.find(Map.of("weir:release", release))));
    }

    void policy(String... statements) {
        weir.policies.putRegistryPolicy(PolicyTexts.of(statements));
    }

    /** An index of one image of one layer, all of which have this content. Returns the index's digest. */
    Built build(String name, String tag, String content) {
        Digest layer = upstream.blob(name, ("layer " + content).getBytes(StandardCharsets.UTF_8));
        Digest image = upstream.image(name, "image-" + content, ("layer " + content).getBytes(StandardCharsets.UTF_8));
        Digest index = upstream.manifest(
                name,
                tag,
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST
                        + "\",\"size\":1,\"digest\":\"" + image
                        + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}],\"annotations\":{\"is\":\""
                        + content
                        + "\"}}");
        return new Built(index, image, layer);
    }

    record Built(Digest index, Digest image, Digest layer) {}

    RegistryResponse get(Principal principal, String path) {
        return send(principal, "GET", path);
    }

    RegistryResponse send(Principal principal, String method, String pathAndQuery) {
        String[] parts = pathAndQuery.split("\\?", 2);
        Map<String, List<String>> query = new TreeMap<>();
        if (parts.length == 2) {
            for (String parameter : parts[1].split("&", -1)) {
                query.put(parameter.split("=", 2)[0], List.of(parameter.split("=", 2)[1]));
            }
        }
        return weir.registry.handle(new RegistryRequest(method, parts[0], query, Map.of(), "request-1", principal));
    }

    static String digestOf(RegistryResponse response) {
        return response.headers().getOrDefault("Docker-Content-Digest", "none");
    }

    static String body(RegistryResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        weir.close();
        upstream.close();
    }
}
