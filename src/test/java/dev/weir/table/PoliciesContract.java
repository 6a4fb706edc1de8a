package dev.weir.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.access.Principal;
import dev.weir.access.policy.AccessRequest;
import dev.weir.access.policy.DefaultPolicy;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicyEvaluator;
import dev.weir.fake.ForwardingTable;
import dev.weir.fake.SlowRead;
import dev.weir.oci.RepositoryName;
import dev.weir.store.StoreException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The policies over any table. */
interface PoliciesContract extends StoresContract {
    PolicyDocument NOBODY =
            PolicyDocument.parse("{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\"}]}");

    @Test
    default void aRegistryWithoutAPolicyHasTheDefaultOne() {
        TablePolicies policies = new TablePolicies(table());
        policies.deleteRegistryPolicy();

        assertThat(policies.current().registry()).isEqualTo(DefaultPolicy.DOCUMENT);
        assertThat(policies.current().own()).isEmpty();
    }

    @Test
    default void aPolicyThatWasPutIsReadWithItsText() {
        TablePolicies policies = new TablePolicies(table());
        RepositoryName repository = RepositoryName.parse("up/policies/put");
        policies.putRepositoryPolicy(repository, NOBODY);

        PolicyDocument read = policies.current().of(repository).get(1);
        assertThat(read.text()).isEqualTo(NOBODY.text());
        assertThat(read.label()).isEqualTo("policy of repository 'up/policies/put'");
        assertThat(policies.deleteRepositoryPolicy(repository)).isTrue();
        assertThat(policies.deleteRepositoryPolicy(repository)).isFalse();
        assertThat(policies.current().of(repository)).hasSize(1);
    }

    @Test
    default void anotherProcessSeesAChangeAfterHalfAMinute() {
        AtomicLong nanos = new AtomicLong();
        TablePolicies other = new TablePolicies(table(), nanos::get);
        RepositoryName repository = RepositoryName.parse("up/policies/change");
        other.current();
        new TablePolicies(table()).putRepositoryPolicy(repository, NOBODY);

        assertThat(other.current().of(repository)).hasSize(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
        assertThat(other.current().of(repository)).hasSize(2);
    }

    @Test
    default void theLastGoodPoliciesServeWhileTheTableFails() {
        AtomicLong nanos = new AtomicLong();
        FailingTable failing = new FailingTable(table());
        TablePolicies policies = new TablePolicies(failing, nanos::get);
        RepositoryName repository = RepositoryName.parse("up/policies/failing");
        policies.putRepositoryPolicy(repository, NOBODY);
        policies.current();
        failing.fail(true);
        nanos.addAndGet(TimeUnit.DAYS.toNanos(2));

        assertThat(policies.current().of(repository)).hasSize(2);
    }

    @Test
    default void anOwnChangeIsSeenAsSoonAsTheTableIsRead() {
        FailingTable failing = new FailingTable(table());
        AtomicLong nanos = new AtomicLong();
        TablePolicies policies = new TablePolicies(failing, nanos::get);
        RepositoryName repository = RepositoryName.parse("up/policies/revoked");
        policies.current();
        policies.putRepositoryPolicy(repository, NOBODY);
        failing.fail(true);
        assertThat(policies.current().of(repository)).hasSize(1);
        failing.fail(false);

        assertThat(policies.current().of(repository)).hasSize(2);
    }

    @Test
    @Timeout(90)
    default void aReaderIsServedWhileThePoliciesAreReadAgain() throws Exception {
        AtomicLong nanos = new AtomicLong();
        SlowRead slow = new SlowRead();
        TablePolicies policies = new TablePolicies(
                new ForwardingTable(table()) {
                    @Override
                    public Iterator<Item> iterate(Query query) {
                        slow.pass();
                        return super.iterate(query);
                    }
                },
                nanos::get);
        policies.current();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
        slow.hang();
        Thread reader = new Thread(policies::current);
        reader.start();
        slow.awaitBegun();
        assertThat(policies.current().registry()).isNotNull();
        slow.goOn();
        reader.join();
        assertThat(slow.count()).isEqualTo(2);
    }

    @Test
    default void aProcessThatHasNeverReadThePoliciesAllowsNothing() {
        FailingTable failing = new FailingTable(table());
        failing.fail(true);

        assertThatThrownBy(() -> new TablePolicies(failing).current()).isInstanceOf(StoreException.class);
    }

    @Test
    default void aStoredPolicyThatCannotBeReadDeniesAll() {
        RepositoryName repository = RepositoryName.parse("up/policies/broken");
        put("POLICIES", "REPOSITORY#" + repository, "policyText", "{\"Statement\":[{\"Effect\":\"Maybe\"}]}");

        assertThat(PolicyEvaluator.decide(
                                new TablePolicies(table()).current().of(repository),
                                new AccessRequest(
                                        Principal.user("ci"), "ecr:BatchGetImage", repository.value(), Map.of()))
                        .by())
                .contains("'Unreadable'", "can't be read");
    }
}
