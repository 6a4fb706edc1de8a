package dev.weir.access;

import dev.weir.audit.AuditLine;
import java.time.Duration;

/**
 * A line of the audit log for each login that was verified, whatever came of it. One that was right lately is not verified again, and
 * those that {@link FailedLogins} refuses are not verified at all, so a stranger gets as many lines as guesses: 30 an address and 10 a
 * name in five minutes. The last of them tells how long the others wait.
 *
 * <p>Shape: {@code principal=weir:user/ci operation=login source=203.0.113.7 decision=LOGIN_ACCEPTED},
 * {@code principal=- operation=login source=203.0.113.7 claimed=ci decision=LOGIN_FAILED limitedSeconds=300}.
 */
final class LoginAudit {
    private static final int MAX_NAME = 64;
    private static final String UNKNOWN = "-";

    private LoginAudit() {}

    static void accepted(Principal principal, ClientAddress address) {
        line(AuditLine.of(principal.name()), address)
                .and("decision", "LOGIN_ACCEPTED")
                .write();
    }

    /**
     * @param claimed what the credentials call themselves, as {@link PasswordVerifier#loggedName} has it: the name of a user whom there
     *     is, a hash of any other, an access key id; empty for none
     * @param wait how long no more such credentials are looked at; zero when the next ones are
     */
    static void failed(String claimed, ClientAddress address, Duration wait) {
        AuditLine line = line(AuditLine.ofNobody(), address)
                .and("claimed", claimed.isEmpty() ? UNKNOWN : claimed, MAX_NAME)
                .and("decision", "LOGIN_FAILED");
        if (!wait.isZero()) {
            line.and("limitedSeconds", wait.toSeconds());
        }
        line.write();
    }

    private static AuditLine line(AuditLine line, ClientAddress address) {
        return line.and("operation", "login").and("source", address.equals(ClientAddress.UNKNOWN) ? UNKNOWN : address);
    }
}
