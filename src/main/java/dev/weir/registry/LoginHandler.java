package dev.weir.registry;

import dev.weir.access.BasicCredentials;
import dev.weir.access.Principal;
import dev.weir.access.token.IssuedToken;
import dev.weir.access.token.SessionCredentials;
import dev.weir.access.token.Sessions;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.TokenClaims;
import dev.weir.access.token.TokenKind;
import dev.weir.access.token.TokenPasswords;
import dev.weir.access.token.TokenTooLargeException;
import dev.weir.audit.AuditLine;
import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.pull.CacheStatus;
import dev.weir.time.Durations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gives a caller whose credentials were accepted a password for 12 hours, or the keys of a session for the admin API. Who comes with
 * such a password gets the same one back, and keys that end with it: a login is not prolonged by itself.
 *
 * <p>Shape: {@code GET /v2/_weir/login} → {@code {"username":"AWS","password":"…","expiresAt":"2026-11-25T22:00:00Z"}};
 * {@code GET /v2/_weir/credentials} → what the {@code credential_process} of an AWS profile prints. No repository name begins with
 * {@code _}.
 *
 * <p>Errors: none leave; every exception becomes the spec's error JSON here.
 */
public final class LoginHandler {
    private static final String LOGIN = "/v2/_weir/login";
    private static final String CREDENTIALS = "/v2/_weir/credentials";
    private static final Duration SESSION = Duration.ofHours(1);

    private final SignedTokens tokens;
    private final Sessions sessions;
    private final Clock clock;

    public LoginHandler(SignedTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.sessions = new Sessions(tokens, clock);
        this.clock = clock;
    }

    /** Whether a path is answered here. */
    public boolean serves(String path) {
        return path.equals(LOGIN) || path.equals(CREDENTIALS);
    }

    public RegistryResponse handle(RegistryRequest request) {
        RequestLog log = RequestLog.of(request);
        Reply reply;
        try {
            reply = Reply.json(200, CacheStatus.notConsulted("login"), answer(request))
                    .header("Cache-Control", "no-store");
        } catch (RegistryException e) {
            log.failed(e);
            reply = Reply.error(e);
        } catch (RuntimeException e) {
            log.bug(e);
            reply = Reply.error(
                    new RegistryException(ErrorCode.UNKNOWN, "internal error, request id " + request.requestId()));
        }
        log.write(reply.status(), reply.cacheStatus());
        return reply.response();
    }

    private Map<String, Object> answer(RegistryRequest request) {
        if (!request.method().equals("GET")) {
            throw new RegistryException(ErrorCode.UNSUPPORTED, request.method() + " is not supported here: use GET");
        }
        if (request.principal().name().equals(Principal.ANONYMOUS.name())) {
            throw new RegistryException(
                    ErrorCode.DENIED, "this registry was not told who calls: it gives no password to nobody");
        }
        try {
            return request.path().equals(LOGIN) ? password(request) : credentials(request);
        } catch (TokenTooLargeException e) {
            throw new RegistryException(ErrorCode.DENIED, String.valueOf(e.getMessage()));
        }
    }

    private Map<String, Object> password(RegistryRequest request) {
        IssuedToken password = held(request)
                .map(claims -> new IssuedToken(login(request).orElseThrow().password(), claims.expiresAt()))
                .orElseGet(() -> tokens.issue(TokenKind.PASSWORD, request.principal(), SignedTokens.LONGEST));
        issued("login", request, password.expiresAt());
        Map<String, Object> answer = new TreeMap<>();
        answer.put("username", TokenPasswords.USER);
        answer.put("password", password.text());
        answer.put("expiresAt", password.expiresAt().toString());
        return answer;
    }

    /** Source: AWS SDKs and tools reference guide, "Process credential provider". */
    private Map<String, Object> credentials(RegistryRequest request) {
        Duration left = held(request)
                .map(claims -> Duration.between(clock.instant(), claims.expiresAt()))
                .orElse(SESSION);
        SessionCredentials keys = sessions.issue(
                request.principal(), Durations.shorter(left, SESSION).truncatedTo(ChronoUnit.SECONDS));
        issued("credentials", request, keys.expiresAt());
        Map<String, Object> answer = new TreeMap<>();
        answer.put("Version", 1);
        answer.put("AccessKeyId", keys.accessKeyId());
        answer.put("SecretAccessKey", keys.secretAccessKey());
        answer.put("SessionToken", keys.sessionToken());
        answer.put("Expiration", keys.expiresAt().toString());
        return answer;
    }

    /** What the caller's own password says, where it is one of ours. */
    private Optional<TokenClaims> held(RegistryRequest request) {
        return login(request).flatMap(login -> tokens.verify(TokenKind.PASSWORD, login.password()));
    }

    private static Optional<BasicCredentials> login(RegistryRequest request) {
        return request.header("authorization").flatMap(BasicCredentials::find);
    }

    private static void issued(String operation, RegistryRequest request, Instant expiresAt) {
        AuditLine.of(request.principal().name())
                .and("operation", operation)
                .and("expires", expiresAt)
                .and("requestId", request.requestId())
                .write();
    }
}
