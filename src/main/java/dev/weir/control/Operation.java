package dev.weir.control;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One operation of ECR's API. Errors: {@link EcrException}; what leaves else is a ServerException. */
@FunctionalInterface
public interface Operation {
    /**
     * The answer. Members in no order; times are epoch seconds as a decimal number.
     *
     * @param call whose input satisfies ECR's model, and whose caller may call this operation
     */
    ObjectNode run(EcrCall call);
}
