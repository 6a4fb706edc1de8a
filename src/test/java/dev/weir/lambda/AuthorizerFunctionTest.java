package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.Authenticator;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The authorizer handles the events of {@code events/}. */
class AuthorizerFunctionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Context CONTEXT = (Context) Proxy.newProxyInstance(
            AuthorizerFunctionTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> null);

    private final String hash = BCrypt.withDefaults().hashToString(4, "secret".toCharArray());

    private static AuthorizerFunction.Event event(String name) throws IOException {
        return JSON.readValue(Path.of("events", name + ".json").toFile(), AuthorizerFunction.Event.class);
    }

    @Test
    void allowsAKnownUserTheWholeStage() throws IOException {
        AuthorizerFunction authorizer = new AuthorizerFunction(new Authenticator(() -> Map.of("alice", hash)));
        JsonNode answer = JSON.valueToTree(authorizer.handleRequest(event("authorizer"), CONTEXT));
        assertThat(answer).isEqualTo(JSON.readTree("""
                                {"principalId":"weir:user/alice","policyDocument":{"Version":"2012-10-17","Statement":[
                                 {"Action":"execute-api:Invoke","Effect":"Allow",
                                  "Resource":"arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/v2/*"}]}}
                                """));
    }

    @Test
    void failsWithTheMessageThatTheGatewayTurnsInto401() throws IOException {
        AuthorizerFunction authorizer = new AuthorizerFunction(new Authenticator(Map::of));
        for (String name : new String[] {"authorizer", "authorizer-without-credentials"}) {
            AuthorizerFunction.Event event = event(name);
            assertThatThrownBy(() -> authorizer.handleRequest(event, CONTEXT)).hasMessage("Unauthorized");
        }
    }

    @Test
    void anEventDoesNotPrintItsToken() throws IOException {
        assertThat(event("authorizer").toString()).doesNotContain("Basic");
    }
}
