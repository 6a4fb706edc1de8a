package dev.weir.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.access.token.IssuedToken;
import dev.weir.access.token.SignedTokens;
import dev.weir.access.token.TokenKind;
import dev.weir.access.token.TokenPasswords;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The password of {@code docker login}, as {@code aws ecr get-login-password} asks for it. */
public final class AuthorizationOperations implements OperationSet {
    private final SignedTokens tokens;
    private final RegistryIdentity identity;

    public AuthorizationOperations(SignedTokens tokens, RegistryIdentity identity) {
        this.tokens = tokens;
        this.identity = identity;
    }

    @Override
    public Map<String, Operation> operations() {
        return Map.of("GetAuthorizationToken", this::token);
    }

    private ObjectNode token(EcrCall call) {
        List<String> others = call.texts("registryIds").stream()
                .filter(id -> !id.equals(identity.account()))
                .toList();
        if (!others.isEmpty()) {
            throw EcrException.invalid("registryIds", "Member must be " + identity.account() + ", or be left out");
        }
        IssuedToken password = tokens.issue(TokenKind.PASSWORD, call.caller().principal(), SignedTokens.LONGEST);
        call.audited().and("expires", password.expiresAt()).write();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putArray("authorizationData")
                .addObject()
                .put("authorizationToken", base64(TokenPasswords.USER + ":" + password.text()))
                .put("expiresAt", (double) password.expiresAt().getEpochSecond())
                .put("proxyEndpoint", identity.url().toString());
        return answer;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
