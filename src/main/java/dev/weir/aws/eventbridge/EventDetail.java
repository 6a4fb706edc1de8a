package dev.weir.aws.eventbridge;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.event.BlobFillRequest;
import dev.weir.event.CacheAction;
import dev.weir.event.CacheAction.Failure;
import dev.weir.event.CacheEvent;

/**
 * The detail of each event, as {@code events/} shows it.
 *
 * <p>Source: ECR user guide, "Amazon ECR events and EventBridge", pull through cache action; {@code action} is Weir's own.
 */
final class EventDetail {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EventDetail() {}

    static String typeOf(CacheEvent event) {
        if (event instanceof BlobFillRequest) {
            return "Blob Fill Requested";
        }
        return event instanceof CacheAction ? "ECR Pull Through Cache Action" : "Refresh Continues";
    }

    static ObjectNode of(CacheEvent event) {
        ObjectNode detail = JSON.createObjectNode();
        if (event instanceof BlobFillRequest request) {
            detail.put("repository", request.repository().value());
            request.origin().ifPresent(origin -> detail.put("origin", origin.value()));
            detail.put("digest", request.digest().toString());
            detail.put("attempt", request.attempt());
        } else if (event instanceof CacheAction action) {
            describe(action, detail);
        }
        return detail;
    }

    private static void describe(CacheAction action, ObjectNode detail) {
        detail.put("rule-version", "1");
        detail.put("action", action.type().name());
        detail.put("sync-status", isFailure(action) ? "FAILED" : "SUCCESS");
        detail.put(
                "ecr-repository-prefix",
                action.repository().rule().repositoryPrefix().value());
        detail.put("repository-name", action.repository().name().value());
        detail.put(
                "upstream-registry-url",
                action.repository().rule().upstreamUrl().toString());
        action.tag().ifPresent(tag -> detail.put("image-tag", tag.value()));
        action.digest().ifPresent(digest -> detail.put("image-digest", digest.toString()));
        if (isFailure(action)) {
            detail.put("failure-code", code(action));
            detail.put("failure-reason", reason(action));
        }
    }

    private static boolean isFailure(CacheAction action) {
        return action.type() != CacheAction.Type.FIRST_CACHED && action.type() != CacheAction.Type.MOVED;
    }

    private static String code(CacheAction action) {
        return action.failure().map(Failure::code).orElse(action.type().name());
    }

    private static String reason(CacheAction action) {
        return action.failure()
                .map(Failure::reason)
                .orElse("the tag is immutable and stays, upstream's points at image-digest");
    }
}
