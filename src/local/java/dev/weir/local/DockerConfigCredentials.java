package dev.weir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamUrl;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credentials;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker login} left in its {@code config.json}: {@code {"auths":{"quay.io":{"auth":"<base64 of
 * user:password>"}}}}. Credential helpers are not asked.
 *
 * <p>Read anew for each use, so that a login needs no restart. Errors: a file that can't be read counts as none.
 */
final class DockerConfigCredentials implements Credentials {
    private static final Logger LOG = System.getLogger(DockerConfigCredentials.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private final Path config;

    DockerConfigCredentials(Path config) {
        this.config = config;
    }

    /** {@code DOCKER_CONFIG} names the folder, {@code ~/.docker} else. */
    static DockerConfigCredentials of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", ".");
        return new DockerConfigCredentials(
                Path.of(environment.getOrDefault("DOCKER_CONFIG", home + "/.docker"), "config.json"));
    }

    @Override
    public Optional<Credential> find(PullThroughCacheRule rule) {
        JsonNode auths = read().path("auths");
        return names(rule.upstreamUrl()).stream()
                .map(name -> auths.path(name).path("auth").asText(""))
                .filter(auth -> !auth.isEmpty())
                .findFirst()
                .flatMap(DockerConfigCredentials::decoded);
    }

    private static List<String> names(UpstreamUrl upstream) {
        List<String> names = new ArrayList<>(List.of(upstream.authority(), "https://" + upstream.authority()));
        if (upstream.isDockerHub()) {
            names.add(DOCKER_HUB);
        }
        return names;
    }

    private JsonNode read() {
        try {
            return Files.exists(config) ? JSON.readTree(Files.readAllBytes(config)) : MissingNode.getInstance();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be read, upstreams are asked anonymously", config);
            return MissingNode.getInstance();
        }
    }

    private static Optional<Credential> decoded(String auth) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Credential(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
