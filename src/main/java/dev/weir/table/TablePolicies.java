package dev.weir.table;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.weir.access.policy.MalformedPolicyException;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicySet;
import dev.weir.access.policy.PolicyStore;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.RepositoryName;
import dev.weir.time.LastRead;
import dev.weir.time.WallClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * The policies in the table, read at most every 30 s. While they can't be read, the last good ones serve for as long as it takes. A
 * document that can't be read any more denies all that it was about. This process sees its own change with the next read that
 * succeeds; each call tries one until then, and those that fail are served the policies before the change.
 *
 * <p>Shape: {@link TableLayout}, {@code POLICIES}.
 */
public final class TablePolicies implements PolicyStore {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final String TEXT = "policyText";
    private static final PolicyDocument DENY_ALL = PolicyDocument.parse(
            "{\"Statement\":{\"Sid\":\"Unreadable\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\"}}");

    private static final Logger LOG = System.getLogger(TablePolicies.class.getName());

    private final Table table;
    private final LastRead<PolicySet> last;

    public TablePolicies(Table table) {
        this(table, WallClock.TICKER);
    }

    /** @param ticker what the age of a snapshot is measured by */
    public TablePolicies(Table table, Ticker ticker) {
        this.table = table;
        this.last = new LastRead<>(
                before -> read(),
                new LastRead.Terms(FRESH, LastRead.FOR_EVER, BestEffort.servingTheLast("policies")),
                ticker);
    }

    @Override
    public PolicySet current() {
        return last.current();
    }

    @Override
    public PolicySet latest() {
        return last.latest();
    }

    private PolicySet read() {
        Optional<PolicyDocument> registry = Optional.empty();
        Map<RepositoryName, PolicyDocument> repositories = new HashMap<>();
        for (Iterator<Item> items = table.iterate(Query.of(AccessKeys.POLICIES)); items.hasNext(); ) {
            Item item = items.next();
            Optional<RepositoryName> repository = repository(item.key());
            if (repository.isPresent()) {
                repositories.put(repository.get(), document(item, "policy of repository '" + repository.get() + "'"));
            } else {
                registry = Optional.of(document(item, "registry policy"));
            }
        }
        return new PolicySet(registry, repositories);
    }

    /** Empty for the registry's own, and for a key that is no repository's: what it denies is then the whole registry. */
    private static Optional<RepositoryName> repository(Key key) {
        try {
            return AccessKeys.policyRepository(key);
        } catch (MalformedValueException e) {
            LOG.log(Level.ERROR, "item {0} is no repository''s: delete it", key);
            return Optional.empty();
        }
    }

    private static PolicyDocument document(Item item, String label) {
        try {
            return PolicyDocument.parse(item.findString(TEXT).orElse("")).labelled(label);
        } catch (MalformedPolicyException e) {
            LOG.log(Level.ERROR, "item {0} can''t be read and denies all, put the policy anew: {1}", item.key(), e);
            return DENY_ALL.labelled(label + ", which can't be read");
        }
    }

    /** @param text a checked policy */
    static Item item(Key key, String text) {
        return Item.at(key).with(TEXT, text);
    }

    @Override
    public void putRegistryPolicy(PolicyDocument document) {
        table.put(item(AccessKeys.registryPolicy(), document.text()));
        last.noteWrite();
    }

    @Override
    public boolean deleteRegistryPolicy() {
        return deleted(AccessKeys.registryPolicy());
    }

    @Override
    public void putRepositoryPolicy(RepositoryName repository, PolicyDocument document) {
        table.put(item(AccessKeys.repositoryPolicy(repository), document.text()));
        last.noteWrite();
    }

    @Override
    public boolean deleteRepositoryPolicy(RepositoryName repository) {
        return deleted(AccessKeys.repositoryPolicy(repository));
    }

    private boolean deleted(Key key) {
        boolean was = table.deleteIf(key, TableLayout.EXISTS);
        last.noteWrite();
        return was;
    }
}
