package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import dev.weir.access.Authenticator;
import dev.weir.access.UserEntry;
import dev.weir.access.iam.EksTokens;
import dev.weir.access.iam.Partition;
import dev.weir.access.identity.Identities;
import dev.weir.access.oidc.OidcIssuer;
import dev.weir.assembly.Logins;
import dev.weir.fake.MovableClock;
import dev.weir.fake.Tokens;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever the header says, who doesn't know a password is answered 401 (by the word "Unauthorized"); never 200, and never 500, which
 * would be any other exception.
 */
class AuthorizationHeaderPropertyTest {
    private static final Context CONTEXT = (Context) Proxy.newProxyInstance(
            AuthorizationHeaderPropertyTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> null);
    private static final String HOST = "a1b2.execute-api.us-east-1.amazonaws.com";

    private static final String KEY_SET = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"1\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

    private final MovableClock clock = new MovableClock();
    private final AuthorizerFunction authorizer = new AuthorizerFunction(authenticator(), Optional.empty());

    private Authenticator authenticator() {
        Identities identities = new Identities(
                Set.of(EksTokens.ACCOUNT),
                List.of(new OidcIssuer("ci", URI.create("https://issuer.example.org"), Optional.of(KEY_SET))),
                Map.of());
        return new Logins(
                        // No user has this hash's password: bcrypt of it would take the test minutes.
                        () -> Map.of("alice", UserEntry.of("$2a$04$" + "a".repeat(53))),
                        () -> identities,
                        token -> Optional.empty(),
                        issuer -> KEY_SET,
                        Partition.AWS)
                .authenticator(Tokens.at(clock), clock);
    }

    @Provide
    Arbitrary<String> headers() {
        Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(200);
        Arbitrary<String> scheme =
                Arbitraries.of("Basic ", "basic  ", "BASIC ", "Bearer ", "AWS4-HMAC-SHA256 ", "Basic");
        Arbitrary<String> base64 = anything.map(AuthorizationHeaderPropertyTest::base64);
        Arbitrary<String> pair =
                Combinators.combine(users(), passwords()).as((user, password) -> base64(user + ":" + password));
        return Arbitraries.oneOf(
                anything,
                Combinators.combine(scheme, Arbitraries.oneOf(anything, base64, pair))
                        .as(String::concat));
    }

    private static Arbitrary<String> users() {
        return Arbitraries.oneOf(
                Arbitraries.of("AWS", "oidc", "alice", "", "ALICE"),
                Arbitraries.strings().ofMaxLength(20));
    }

    private Arbitrary<String> passwords() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(300);
        return Arbitraries.oneOf(
                text,
                text.map(EksTokens::token),
                text.map(query -> EksTokens.token("https://sts.us-east-1.amazonaws.com/?" + query)),
                Combinators.combine(Arbitraries.integers().between(0, 400), text)
                        .as((at, inserted) -> inserted(EksTokens.at(clock.instant()), at, inserted)),
                text.map(part -> "weir-v1.k1." + base64(part) + ".x"),
                text.map(part -> "ey" + base64(part) + "." + base64("{\"iss\":\"https://issuer.example.org\"}") + ".x"),
                text.map(part -> base64Url("{\"alg\":\"EdDSA\",\"kid\":\"1\"}") + "."
                        + base64Url("{\"iss\":\"https://issuer.example.org\",\"aud\":\"" + HOST + "\",\"sub\":\"x\"}")
                        + "."
                        + base64Url(part)));
    }

    private static String base64Url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String inserted(String text, int at, String inserted) {
        int place = Math.min(at, text.length());
        return text.substring(0, place) + inserted + text.substring(place);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 2000)
    void noRandomHeaderIsAnsweredBy200Or500(@ForAll("headers") String header) {
        // Failures of the tries before don't count.
        clock.advance(Duration.ofMinutes(5));
        AuthorizerFunction.Event event = new AuthorizerFunction.Event(
                Map.of("Authorization", List.of(header)),
                "arn:aws:execute-api:us-east-1:111122223333:a1b2/v2/GET/",
                new AuthorizerFunction.RequestContext("a1b2", HOST, new AuthorizerFunction.Identity("192.0.2.1")));
        String answer;
        try {
            answer = authorizer.handleRequest(event, CONTEXT).principalId();
        } catch (AuthorizerFunction.UnauthorizedException e) {
            answer = "401";
        }
        assertThat(answer).isEqualTo("401");
    }
}
