package dev.weir.control;

import java.util.Map;

/** The operations of one kind of resource. */
@FunctionalInterface
public interface OperationSet {
    /** By ECR's name: {@code CreatePullThroughCacheRule}. */
    Map<String, Operation> operations();
}
