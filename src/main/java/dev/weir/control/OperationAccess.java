package dev.weir.control;

import java.util.Set;

/** Which callers may run which operations. */
final class OperationAccess {
    /** Operations that change nothing that was there: what is asked for may be fetched, as a pull fetches it. */
    private static final Set<String> ALSO_READ = Set.of("BatchGetImage", "BatchCheckLayerAvailability");

    private OperationAccess() {}

    /** Errors: AccessDeniedException that names the caller and the action. */
    static void require(EcrCall call) {
        boolean allowed =
                switch (call.caller().role()) {
                    case ADMIN -> true;
                    case READ -> reads(call.operation());
                    case DERIVED -> call.operation().equals("GetAuthorizationToken");
                };
        if (!allowed) {
            call.audited().and("decision", "DENIED").write();
            throw new EcrException(
                    EcrException.Code.ACCESS_DENIED,
                    "User: " + call.caller().principal() + " is not authorized to perform: ecr:" + call.operation()
                            + ": ask for a key of role admin, or for a policy that allows it");
        }
    }

    private static boolean reads(String operation) {
        return operation.startsWith("Describe")
                || operation.startsWith("Get")
                || operation.startsWith("List")
                || operation.startsWith("Validate")
                || ALSO_READ.contains(operation);
    }
}
