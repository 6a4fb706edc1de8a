package dev.weir.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What is of the registry as a whole. */
public final class RegistryOperations implements OperationSet {
    private final RegistryIdentity identity;

    public RegistryOperations(RegistryIdentity identity) {
        this.identity = identity;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("DescribeRegistry", this::describe);
    }

    /** Weir replicates to no other registry. */
    private ObjectNode describe(EcrCall call) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("registryId", identity.account());
        answer.putObject("replicationConfiguration").putArray("rules");
        return answer;
    }
}
