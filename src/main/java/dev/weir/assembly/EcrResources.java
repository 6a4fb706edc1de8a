package dev.weir.assembly;

import dev.weir.access.Principal;
import dev.weir.access.policy.PolicyStore;
import dev.weir.control.CallerImages;
import dev.weir.control.CallerPromotion;
import dev.weir.control.CreationTemplateOperations;
import dev.weir.control.HeldImages;
import dev.weir.control.ImageDeleteOperations;
import dev.weir.control.ImageDetails;
import dev.weir.control.ImageListOperations;
import dev.weir.control.ImagePullOperations;
import dev.weir.control.ImagePutOperations;
import dev.weir.control.LayerOperations;
import dev.weir.control.LifecycleOperations;
import dev.weir.control.Operation;
import dev.weir.control.OperationAccess;
import dev.weir.control.OperationSet;
import dev.weir.control.PolicyOperations;
import dev.weir.control.ReferrerOperations;
import dev.weir.control.RegistryDirectory;
import dev.weir.control.RegistryIdentity;
import dev.weir.control.RepositoryOperations;
import dev.weir.control.ScanningOperations;
import dev.weir.fill.RepositoryManifests;
import dev.weir.promote.Promotion;
import dev.weir.pull.PullThroughCache;
import dev.weir.pull.Pulls;
import dev.weir.pull.WarmUp;
import dev.weir.store.CreationTemplates;
import dev.weir.store.RepositoryImages;
import dev.weir.store.RepositoryLinks;
import dev.weir.store.TagStore;
import dev.weir.table.TableRegistryTexts;
import dev.weir.table.TableRepositories;
import dev.weir.table.TableRepositoryImages;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The operations on repositories and images, put together from the parts of an assembly. */
record EcrResources(
        Adapters adapters,
        Texts texts,
        TagStore tags,
        RepositoryLinks links,
        RepositoryManifests manifests,
        PullThroughCache cache,
        Function<Principal, Pulls> pulls,
        Clock clock) {

    /** What operators have written of repositories, those to come included; one instance each, which knows its own writes at once. */
    record Texts(PolicyStore policies, CreationTemplates templates) {}

    OperationSet operations(RegistryIdentity identity, OperationAccess access) {
        RegistryDirectory directory = new RegistryDirectory(
                new TableRepositories(adapters.table(), adapters.rules()), adapters.rules(), identity);
        RepositoryImages images = new TableRepositoryImages(adapters.table());
        HeldImages held = new HeldImages(tags, images);
        CallerImages callerImages = new CallerImages(cache, new WarmUp(cache, links, adapters.events()), pulls);
        CallerPromotion promotion = new CallerPromotion(
                new Promotion(links, manifests, adapters.contents(), adapters.rules()), callerImages);
        List<OperationSet> sets = List.of(
                new RepositoryOperations(directory, texts.policies(), clock),
                new PolicyOperations(texts.policies(), adapters.rules(), identity),
                new ImageListOperations(directory, images, held, new ImageDetails(manifests, identity), callerImages),
                new ImagePullOperations(directory, held, callerImages),
                new LayerOperations(directory, callerImages, links, adapters.contents(), clock),
                new ReferrerOperations(directory, callerImages),
                new LifecycleOperations(directory),
                new CreationTemplateOperations(texts.templates(), identity, clock),
                new ScanningOperations(directory, new TableRegistryTexts(adapters.table())),
                new ImagePutOperations(directory, images, tags, promotion, clock),
                new ImageDeleteOperations(directory, images, held, manifests, access));
        Map<String, Operation> operations = new HashMap<>();
        sets.forEach(set -> operations.putAll(set.operations()));
        return () -> operations;
    }
}
