package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.assembly.AdminApi;
import dev.weir.control.PolicyOperations;
import dev.weir.control.RegistryIdentity;
import dev.weir.fake.AuditLog;
import dev.weir.fake.MovableClock;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import dev.weir.table.TablePolicies;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.RegistryPolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;

/** The policy calls of AWS's own client. */
class PolicyOperationsIT {
    private static final String POLICY =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ecr:*\"}]}";
    private static final String ALPINE = "docker-hub/library/alpine";

    private final RuleSet rules = RuleSet.of(PullThroughCacheRule.of(
            RepositoryPrefix.parse("docker-hub"), UpstreamUrl.parse("registry-1.docker.io", InsecureUpstreams.NONE)));

    private MvStoreTable table;
    private TablePolicies policies;
    private AdminClient client;
    private EcrClient ecr;

    @BeforeEach
    void start(@TempDir Path folder) {
        table = MvStoreTable.open(folder, new MovableClock());
        policies = new TablePolicies(table);
        RegistryIdentity identity =
                new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));
        client = new AdminClient(new AdminApi(
                        AdminClient.signIn(Clock.systemUTC()),
                        identity,
                        AdminClient.access(identity),
                        new PolicyOperations(policies, () -> rules, identity))
                .handler());
        ecr = client.admin();
    }

    @AfterEach
    void stop() {
        ecr.close();
        client.close();
        table.close();
    }

    @Test
    void aNewRegistryShowsItsDefaultPolicyWhichCannotBeDeleted() {
        assertThat(ecr.getRegistryPolicy(request -> {}).policyText())
                .contains("AuthenticatedMayPullAndImport", "ecr:BatchImportUpstreamImage");
        assertThatThrownBy(() -> ecr.deleteRegistryPolicy(request -> {}))
                .isInstanceOf(RegistryPolicyNotFoundException.class);
    }

    @Test
    void aRegistryPolicyIsPutShownAndDeleted() {
        ecr.putRegistryPolicy(request -> request.policyText(POLICY));

        assertThat(ecr.getRegistryPolicy(request -> {}).policyText()).isEqualTo(POLICY);
        assertThat(policies.current().registry().text()).isEqualTo(POLICY);
        assertThat(ecr.deleteRegistryPolicy(request -> {}).policyText()).isEqualTo(POLICY);
        assertThat(policies.current().own()).isEmpty();
    }

    @Test
    void aRepositoryPolicyIsOfTheNameThatTheRepositoryIsCachedUnder() {
        ecr.setRepositoryPolicy(
                request -> request.repositoryName("docker-hub/alpine").policyText(POLICY));

        assertThat(policies.current().repositories()).containsKey(RepositoryName.parse(ALPINE));
        assertThat(ecr.getRepositoryPolicy(request -> request.repositoryName(ALPINE))
                        .policyText())
                .isEqualTo(POLICY);
        ecr.deleteRepositoryPolicy(request -> request.repositoryName(ALPINE));
        assertThatThrownBy(() -> ecr.getRepositoryPolicy(request -> request.repositoryName(ALPINE)))
                .isInstanceOf(RepositoryPolicyNotFoundException.class);
        assertThatThrownBy(() -> ecr.deleteRepositoryPolicy(request -> request.repositoryName(ALPINE)))
                .isInstanceOf(RepositoryPolicyNotFoundException.class);
    }

    @Test
    void aRepositoryThatNoRuleCoversIsNotFound() {
        assertThatThrownBy(() -> ecr.setRepositoryPolicy(
                        request -> request.repositoryName("quay/app").policyText(POLICY)))
                .isInstanceOf(RepositoryNotFoundException.class);
    }

    @Test
    void aPolicyThatIsNotUnderstoodIsRefusedWithItsPath() {
        assertThatThrownBy(() -> ecr.putRegistryPolicy(request -> request.policyText(POLICY.replace("Deny", "Refuse"))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("'policyText'")
                .hasMessageContaining("$.Statement[0].Effect: 'Refuse'");
        assertThat(policies.current().own()).isEmpty();
    }

    @Test
    void aPolicyThatDeniesAllDoesNotLockOutTheAdminKey() {
        ecr.putRegistryPolicy(request -> request.policyText(POLICY));

        assertThat(ecr.deleteRegistryPolicy(request -> {}).policyText()).isEqualTo(POLICY);
    }

    @Test
    void aChangeAndADeniedOneHaveALineOfTheAuditLog() {
        try (AuditLog log = new AuditLog();
                EcrClient read = client.ecr("test-read", "test-read-secret")) {
            ecr.putRegistryPolicy(request -> request.policyText(POLICY));
            assertThatThrownBy(() -> read.putRegistryPolicy(request -> request.policyText(POLICY)))
                    .isInstanceOf(EcrException.class);
            assertThat(log.lines()).hasSize(2);
            assertThat(AuditLog.fields(log.lines().get(0)))
                    .containsEntry("principal", "weir:key/admin")
                    .containsEntry("operation", "PutRegistryPolicy")
                    .containsEntry("after", POLICY);
            assertThat(AuditLog.fields(log.lines().get(1)))
                    .containsEntry("principal", "weir:key/read")
                    .containsEntry("decision", "DENIED");
        }
    }

    @Test
    void aKeyOfRoleReadMayLookAndNotChange() {
        try (EcrClient read = client.ecr("test-read", "test-read-secret")) {
            assertThat(read.getRegistryPolicy(request -> {}).registryId()).isEqualTo("111122223333");
            assertThatThrownBy(() -> read.putRegistryPolicy(request -> request.policyText(POLICY)))
                    .isInstanceOfSatisfying(
                            EcrException.class,
                            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
        }
    }
}
