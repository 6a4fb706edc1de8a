package dev.weir.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Caller;
import dev.weir.access.ClientAddress;
import dev.weir.access.sigv4.SignatureException;
import dev.weir.oci.Printable;
import dev.weir.store.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ECR's API: {@code X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.<Operation>}, JSON 1.1.
 *
 * <p>Errors: none leave. A failure is {@code {"__type":"<Name>Exception","message":…}} with status 400, a bug a ServerException
 * with the request's id.
 */
public final class EcrHandler implements ControlHandler.Service {
    private static final Logger LOG = System.getLogger("dev.weir.control");
    private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
    private static final String SERVICE = "ecr";
    /** More than any member of the model nests. */
    private static final int MAX_NESTING = 32;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(ControlRequest.MAX_BODY_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final EcrModel model = new EcrModel();
    private final Callers callers;
    private final OperationAccess access;
    private final Map<String, Operation> operations = new HashMap<>();

    /** @param sets whose operations are answered; all others are unknown */
    public EcrHandler(Callers callers, OperationAccess access, List<OperationSet> sets) {
        this.callers = callers;
        this.access = access;
        sets.forEach(set -> operations.putAll(set.operations()));
    }

    @Override
    public ControlResponse handle(ControlRequest request) {
        try {
            return answer(200, run(request), request);
        } catch (EcrException e) {
            return failed(e, request);
        } catch (SignatureException e) {
            return failed(400, e.code(), e.getMessage(), request);
        } catch (StoreException e) {
            return e.isThrottled()
                    ? failed(new EcrException(EcrException.Code.THROTTLING, "Rate exceeded: try again"), request)
                    : bug(e, request);
        } catch (RuntimeException e) {
            return bug(e, request);
        }
    }

    /** The signature comes first: nobody learns from a malformed call what there is. */
    private ObjectNode run(ControlRequest request) {
        Caller caller = callers.verify(request.signed(), SERVICE).from(ClientAddress.of(request.source()));
        String name = model.operation(request.header("x-amz-target").orElse(""));
        Operation operation = operations.get(name);
        if (operation == null) {
            throw EcrModel.unknownOperation();
        }
        JsonNode input = parsed(request.body());
        model.check(name, input);
        EcrCall call = new EcrCall(name, (ObjectNode) input, caller);
        access.require(call);
        ObjectNode output = operation.run(call);
        LOG.log(Level.INFO, "operation={0} principal={1} requestId={2}", name, caller.principal(), request.requestId());
        return output;
    }

    private static JsonNode parsed(byte[] body) {
        try {
            JsonNode input = JSON.readTree(body);
            if (input != null && input.isObject()) {
                return input;
            }
        } catch (IOException e) {
            // Said below: where it breaks off is of no use to a client that made it by a library.
        }
        throw new EcrException(EcrException.Code.SERIALIZATION, "the body is not one JSON object");
    }

    private static ControlResponse failed(EcrException e, ControlRequest request) {
        return failed(e.code().status(), e.code().wireName(), String.valueOf(e.getMessage()), request);
    }

    private static ControlResponse failed(int status, String code, String message, ControlRequest request) {
        LOG.log(
                Level.INFO,
                "target={0} error={1} requestId={2}: {3}",
                Printable.of(request.header("x-amz-target").orElse("")),
                code,
                request.requestId(),
                Printable.of(message));
        return answer(status, JSON.createObjectNode().put("__type", code).put("message", message), request);
    }

    private static ControlResponse bug(RuntimeException e, ControlRequest request) {
        LOG.log(Level.ERROR, "request " + request.requestId() + " failed", e);
        return failed(
                new EcrException(EcrException.Code.SERVER, "internal error, request id " + request.requestId()),
                request);
    }

    private static ControlResponse answer(int status, JsonNode body, ControlRequest request) {
        try {
            return new ControlResponse(
                    status,
                    Map.of("Content-Type", CONTENT_TYPE, "x-amzn-RequestId", request.requestId()),
                    JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
