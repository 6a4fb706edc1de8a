package dev.weir.gate;

import static dev.weir.gate.GateUnderTest.DEV;
import static dev.weir.gate.GateUnderTest.PROD;
import static dev.weir.gate.GateUnderTest.body;
import static dev.weir.gate.GateUnderTest.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.policy.PolicyDocument;
import dev.weir.gate.GateUnderTest.Built;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositorySettings;
import dev.weir.rules.TagMutability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of infra/policies do what their README says. */
class PolicyFilesTest {
    private static final String TAG = "/v2/up/app/manifests/1";

    private GateUnderTest gate;

    @BeforeEach
    void start(@TempDir Path folder) {
        gate = new GateUnderTest(folder);
    }

    @AfterEach
    void stop() {
        gate.close();
    }

    private void put(String file) throws IOException {
        gate.weir.policies.putRegistryPolicy(
                PolicyDocument.parse(Files.readString(Path.of("infra", "policies", file))));
    }

    @Test
    void devImportsAndProdPullsOnlyWhatWasPutIntoARepository() throws IOException {
        put("registry-dev-prod.json");
        gate.build("app", "1", "a");
        gate.weir.rules = gate.weir.rules.withRepositories(Map.of(
                RepositoryName.parse("released/app"),
                new RepositorySettings(TagMutability.MUTABLE, Set.of(), RepositorySettings.Kind.HOSTED)));

        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        assertThat(gate.upstream.requests()).isEmpty();
        assertThat(gate.get(DEV, TAG).status()).isEqualTo(200);
        assertThat(body(gate.get(PROD, TAG))).contains("statement 'ProdOnlyPromoted' of the registry policy");
        assertThat(gate.get(PROD, "/v2/released/app/manifests/1").status())
                .as("allowed, and not there")
                .isEqualTo(404);
    }

    @Test
    void prodIsServedWhatIsOldEnough() throws IOException {
        put("registry-quarantine.json");
        Built first = gate.build("app", "1", "a");
        gate.get(DEV, TAG);
        assertThat(gate.get(PROD, TAG).status()).isEqualTo(403);
        gate.weir.clock.advance(Duration.ofDays(3));
        gate.build("app", "1", "b");
        gate.get(DEV, TAG);
        assertThat(digestOf(gate.get(PROD, TAG))).isEqualTo(first.index().toString());
    }
}
