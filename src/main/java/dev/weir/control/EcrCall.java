package dev.weir.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.Caller;
import dev.weir.audit.AuditLine;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * One call of an operation.
 *
 * @param operation ECR's name of it
 * @param input satisfies ECR's model: members have the right types, sizes and patterns, and the required ones are there
 */
public record EcrCall(String operation, ObjectNode input, Caller caller) {
    private static final int MAX_STATE = 1000;

    /** A text that the model requires. */
    public String text(String member) {
        return input.path(member).asText();
    }

    /** A text, where it is given. */
    public Optional<String> findText(String member) {
        return Optional.ofNullable(input.path(member).textValue());
    }

    /** A number, where it is given. */
    public Optional<Integer> findNumber(String member) {
        return input.path(member).isNumber() ? Optional.of(input.path(member).asInt()) : Optional.empty();
    }

    /** A flag; false where it isn't given. */
    public boolean flag(String member) {
        return input.path(member).asBoolean();
    }

    /** The texts of a list; empty where it isn't given. */
    public List<String> texts(String member) {
        return StreamSupport.stream(input.path(member).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /**
     * Writes the line of the audit log that every change has.
     *
     * @param target what is changed: {@code pull-through-cache-rule/quay}
     * @param before without secrets; {@code -} where there was nothing
     * @param after without secrets; {@code -} where there is nothing now
     */
    public void changed(String target, String before, String after) {
        audited()
                .and("target", target)
                .and("before", before, MAX_STATE)
                .and("after", after, MAX_STATE)
                .write();
    }

    /** A line of the audit log that begins with who called what. */
    public AuditLine audited() {
        return AuditLine.of(caller.principal().name()).and("operation", operation);
    }

    /** Turns a text into a value; what the value's parser rejects is an InvalidParameterException that names the member. */
    public <T> T parse(String member, Function<String, T> parser) {
        try {
            return parser.apply(text(member));
        } catch (IllegalArgumentException e) {
            throw EcrException.invalid(member, String.valueOf(e.getMessage()));
        }
    }
}
