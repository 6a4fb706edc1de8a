package dev.weir.control;

import static dev.weir.control.RegistryDirectory.REPOSITORY_NAME;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.RepositoryName;
import java.util.Map;
import java.util.Optional;

/** The texts of lifecycle policies: checked, kept and shown. Nothing carries them out yet. */
public final class LifecycleOperations implements OperationSet {
    private static final String TEXT = "lifecyclePolicyText";

    private final RegistryDirectory directory;

    public LifecycleOperations(RegistryDirectory directory) {
        this.directory = directory;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "PutLifecyclePolicy", this::put,
                "GetLifecyclePolicy", this::get,
                "DeleteLifecyclePolicy", this::delete);
    }

    private ObjectNode put(EcrCall call) {
        RepositoryName name = existing(call);
        String text = call.text(TEXT);
        LifecyclePolicyText.check(text);
        Optional<String> before = directory.repositories().lifecyclePolicy(name);
        directory.repositories().putLifecyclePolicy(name, text);
        call.changed("lifecycle-policy/" + name, before.orElse("-"), text);
        return answer(name, text);
    }

    private ObjectNode get(EcrCall call) {
        RepositoryName name = existing(call);
        return answer(name, held(name));
    }

    private ObjectNode delete(EcrCall call) {
        RepositoryName name = existing(call);
        String before = held(name);
        directory.repositories().deleteLifecyclePolicy(name);
        call.changed("lifecycle-policy/" + name, before, "-");
        return answer(name, before);
    }

    private RepositoryName existing(EcrCall call) {
        return directory.get(directory.name(call)).name();
    }

    private String held(RepositoryName name) {
        return directory
                .repositories()
                .lifecyclePolicy(name)
                .orElseThrow(() -> new EcrException(
                        EcrException.Code.LIFECYCLE_POLICY_NOT_FOUND,
                        "Lifecycle policy does not exist for the repository with name '" + name
                                + "' in the registry with id '"
                                + directory.identity().account() + "'"));
    }

    private ObjectNode answer(RepositoryName name, String text) {
        return EcrJson.object()
                .put("registryId", directory.identity().account())
                .put(REPOSITORY_NAME, name.value())
                .put(TEXT, text);
    }
}
