package dev.weir.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.oci.Glob;
import dev.weir.oci.MalformedValueException;
import dev.weir.oci.RepositoryName;
import dev.weir.store.ImageScanning;
import dev.weir.store.RegistryTexts;
import dev.weir.store.StoredRepository;
import java.util.Map;
import java.util.Optional;

/** When images are to be scanned: kept and shown. Nothing scans them yet. */
public final class ScanningOperations implements OperationSet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTINUOUS = "CONTINUOUS_SCAN";

    private final RegistryDirectory directory;
    private final RegistryTexts texts;

    public ScanningOperations(RegistryDirectory directory, RegistryTexts texts) {
        this.directory = directory;
        this.texts = texts;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of(
                "PutRegistryScanningConfiguration", this::put,
                "GetRegistryScanningConfiguration", this::get,
                "BatchGetRepositoryScanningConfiguration", this::ofRepositories);
    }

    private ObjectNode current() {
        Optional<String> text = texts.find(RegistryTexts.Kind.SCANNING);
        if (text.isEmpty()) {
            return configuration("BASIC", JSON.createArrayNode());
        }
        try {
            return (ObjectNode) JSON.readTree(text.get());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the scanning configuration that is kept is not JSON: put it anew", e);
        }
    }

    private static ObjectNode configuration(String type, JsonNode rules) {
        ObjectNode configuration = EcrJson.object().put("scanType", type);
        configuration.set("rules", rules);
        return configuration;
    }

    private ObjectNode put(EcrCall call) {
        String type = call.findText("scanType").orElse("BASIC");
        JsonNode given = call.input().path("rules");
        JsonNode rules = given.isArray() ? given : JSON.createArrayNode();
        for (JsonNode rule : rules) {
            if (type.equals("BASIC") && rule.path("scanFrequency").asText().equals(CONTINUOUS)) {
                throw new EcrException(
                        EcrException.Code.VALIDATION, "scanFrequency CONTINUOUS_SCAN needs scanType ENHANCED");
            }
        }
        ObjectNode before = current();
        ObjectNode after = configuration(type, rules);
        texts.put(RegistryTexts.Kind.SCANNING, after.toString());
        call.changed("registry-scanning-configuration", before.toString(), after.toString());
        ObjectNode answer = EcrJson.object();
        answer.set("registryScanningConfiguration", after);
        return answer;
    }

    private ObjectNode get(EcrCall call) {
        ObjectNode answer =
                EcrJson.object().put("registryId", directory.identity().account());
        answer.set("scanningConfiguration", current());
        return answer;
    }

    private ObjectNode ofRepositories(EcrCall call) {
        ObjectNode configuration = current();
        ObjectNode answer = EcrJson.object();
        ArrayNode found = answer.putArray("scanningConfigurations");
        ArrayNode failures = answer.putArray("failures");
        for (String name : call.texts("repositoryNames")) {
            find(name)
                    .ifPresentOrElse(
                            repository -> found.add(applied(repository, configuration)), () -> failures.addObject()
                                    .put("repositoryName", name)
                                    .put("failureCode", "REPOSITORY_NOT_FOUND")
                                    .put("failureReason", "The repository does not exist in this registry"));
        }
        return answer;
    }

    private Optional<StoredRepository> find(String name) {
        try {
            return directory.repositories().find(directory.keptName(RepositoryName.parse(name)));
        } catch (MalformedValueException e) {
            return Optional.empty();
        }
    }

    /** The first rule with a filter that takes the repository; where none does, the repository's own word. */
    private ObjectNode applied(StoredRepository repository, ObjectNode configuration) {
        boolean onPush = repository.scanning() == ImageScanning.ON_PUSH;
        ObjectNode json = EcrJson.object()
                .put("repositoryArn", directory.identity().repositoryArn(repository.name()))
                .put("repositoryName", repository.name().value())
                .put("scanOnPush", onPush)
                .put("scanFrequency", onPush ? "SCAN_ON_PUSH" : "MANUAL");
        ArrayNode filters = json.putArray("appliedScanFilters");
        for (JsonNode rule : configuration.path("rules")) {
            for (JsonNode filter : rule.path("repositoryFilters")) {
                if (takes(filter.path("filter").asText(), repository) && filters.isEmpty()) {
                    json.put("scanFrequency", rule.path("scanFrequency").asText());
                    filters.add(filter);
                }
            }
        }
        return json;
    }

    /** A filter without a wildcard takes each name that contains it. */
    private static boolean takes(String filter, StoredRepository repository) {
        String name = repository.name().value();
        return filter.contains("*") ? new Glob(filter).matches(name) : name.contains(filter);
    }
}
