package dev.weir.access.policy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A policy: statements in IAM's JSON.
 *
 * <p>Shape: {@code {"Version":"2012-10-17","Id":…,"Statement":[{"Sid":…,"Effect":"Allow","Principal":"*","Action":"ecr:*",
 * "Resource":"*","Condition":{"StringLike":{"weir:ImageTag":["1.*"]}}}]}}. {@code Principal} is {@code *}, a name such as {@code
 * weir:user/ci}, or {@code {"AWS":…}} and {@code {"Federated":…}}; names may hold {@code *} and {@code ?}. {@code Resource} is a
 * repository or its ARN, and where it is missing the document is about one resource anyway.
 *
 * <p>Units: at most {@value #MAX_BYTES} bytes.
 *
 * <p>Errors: {@link #parse} throws {@link MalformedPolicyException} for whatever it does not know: a word that was ignored could
 * open what it was meant to close.
 *
 * <p>Source: IAM user guide, "JSON policy element reference"; ECR API, {@code policyText}.
 *
 * @param label what messages call it, such as {@code registry policy}
 * @param text as it was put
 */
public record PolicyDocument(String label, String text, List<Statement> statements) {
    public static final int MAX_BYTES = 10_240;

    public PolicyDocument {
        statements = List.copyOf(statements);
    }

    public static PolicyDocument parse(String json) {
        return new PolicyDocument("policy", json, PolicyParser.statements(json));
    }

    /** The same document, as messages shall call it. */
    public PolicyDocument labelled(String newLabel) {
        return new PolicyDocument(newLabel, text, statements);
    }

    /** Whether a condition asks about the key. */
    public boolean asksAbout(String key) {
        return conditions(key).findAny().isPresent();
    }

    /** All values that conditions compare the key with. */
    public Set<String> valuesOf(String key) {
        Set<String> values = new TreeSet<>();
        conditions(key).forEach(condition -> values.addAll(condition.values()));
        return values;
    }

    private Stream<Condition> conditions(String key) {
        return statements.stream()
                .flatMap(statement -> statement.conditions().stream())
                .filter(condition -> condition.key().equalsIgnoreCase(key));
    }

    /** Without the text, which may be long. */
    @Override
    public String toString() {
        return "PolicyDocument[" + label + ", " + statements.size() + " statements]";
    }
}
