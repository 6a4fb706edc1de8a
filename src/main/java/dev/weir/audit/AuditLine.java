package dev.weir.audit;

import dev.weir.oci.Printable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.StringJoiner;

/**
 * One line of the audit log {@code dev.weir.audit}: fields in the order in which they are given. Never hand in a secret.
 *
 * <p>Shape: {@code principal=weir:user/ci action=ecr:BatchGetImage image=up/app:1 decision=DENIED by="statement 0 of …"}. A value that
 * is empty or holds a space, a quote or a backslash is in quotes, with a backslash before quotes and backslashes; what is not
 * printable ASCII is a {@code ?}. So no value, whoever chose it, can begin a line or a field.
 */
public final class AuditLine {
    private static final Logger LOG = System.getLogger("dev.weir.audit");
    private static final int MAX_LENGTH = 300;
    private static final String NOBODY = "-";

    private final StringJoiner fields = new StringJoiner(" ");

    private AuditLine() {}

    /** @param principal the name of whom it is about */
    public static AuditLine of(String principal) {
        return new AuditLine().and("principal", principal);
    }

    /** About someone of whom it is not known who it is. */
    public static AuditLine ofNobody() {
        return of(NOBODY);
    }

    public AuditLine and(String field, Object value) {
        return and(field, value, MAX_LENGTH);
    }

    /** @param maxLength where the value is cut, in characters */
    public AuditLine and(String field, Object value, int maxLength) {
        fields.add(field + "=" + quoted(Printable.of(value.toString(), maxLength)));
        return this;
    }

    private static String quoted(String value) {
        boolean isPlain = !value.isEmpty() && value.chars().noneMatch(c -> c == ' ' || c == '"' || c == '\\');
        return isPlain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    public void write() {
        LOG.log(Level.INFO, "{0}", fields);
    }
}
