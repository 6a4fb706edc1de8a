package dev.weir.table;

import static dev.weir.table.TableLayout.VACANT;

import dev.weir.oci.RepositoryName;
import dev.weir.store.CreationTemplate;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;

/**
 * Gives a repository what its creation template says, before the repository is listed in the catalog: what is listed has it. What an
 * operator set for the name before stays. Whatever fails here is logged, and the pull goes on without.
 */
final class TemplateApplication {
    private static final Logger LOG = System.getLogger(TemplateApplication.class.getName());

    private final Table table;
    private final TableCreationTemplates templates;
    private final Clock clock;

    TemplateApplication(Table table, TableCreationTemplates templates, Clock clock) {
        this.table = table;
        this.templates = templates;
        this.clock = clock;
    }

    /** Reads the templates, where that wasn't done lately: for a repository that isn't listed, while its image is fetched. */
    void prepare() {
        templates.current();
    }

    /** For a repository that was not listed when this process looked last. */
    void apply(RepositoryName name) {
        templates
                .of(name)
                .ifPresent(template -> BestEffort.run(
                        "applying creation template '" + template.prefix() + "' to repository '" + name
                                + "', set what is missing by hand;",
                        () -> apply(template, name)));
    }

    /** The policy first: of what may not be written for a failure, it is what protects. */
    private void apply(CreationTemplate template, RepositoryName name) {
        if (table.find(TableLayout.catalog(name), Consistency.STRONG).isPresent()) {
            return;
        }
        template.settings()
                .repositoryPolicy()
                .ifPresent(text -> table.putIf(TablePolicies.item(AccessKeys.repositoryPolicy(name), text), VACANT));
        table.putIf(TableRepositories.first(template.repository(name, clock.instant())), VACANT);
        template.settings()
                .lifecyclePolicy()
                .ifPresent(text -> table.putIf(TableRepositories.lifecyclePolicy(name, text), VACANT));
        LOG.log(Level.INFO, "repository {0} is made from creation template {1}", name, template.prefix());
    }
}
