package dev.weir.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.weir.fake.NamedUpstreams;
import dev.weir.fake.Tokens;
import dev.weir.local.LaptopUnderTest;
import dev.weir.pull.HourlyLimits;
import dev.weir.registry.LoginHandler;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamUrl;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user may bring in within an hour, by the events of API Gateway. */
class PullBudgetTest {
    private static final Context CONTEXT = (Context) Proxy.newProxyInstance(
            PullBudgetTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> method.getReturnType() == String.class ? "request-1" : 30_000);

    private final LaptopUnderTest weir;
    private final RegistryFunction registry;

    PullBudgetTest(@TempDir Path folder) {
        weir = new LaptopUnderTest(folder, new NamedUpstreams(), new HourlyLimits(2, 4));
        weir.rules = RuleSet.of(PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"), UpstreamUrl.parse("quay.io", InsecureUpstreams.NONE)));
        registry = new RegistryFunction(weir.registry, new LoginHandler(Tokens.at(weir.clock), weir.clock));
    }

    @AfterEach
    void stop() {
        weir.close();
    }

    private APIGatewayProxyResponseEvent pull(String user, String repository, String tag) {
        ProxyRequestContext context = new ProxyRequestContext().withPath("/v2/up/" + repository + "/manifests/" + tag);
        context.setAuthorizer(Map.of("principalId", user));
        return registry.handleRequest(
                new APIGatewayProxyRequestEvent().withHttpMethod("GET").withRequestContext(context), CONTEXT);
    }

    private int status(String user, String repository, String tag) {
        return pull(user, repository, tag).getStatusCode();
    }

    @Test
    void aUserWhoHasSpentTheBudgetOfNewRepositoriesComesAgainInTheNextHour() {
        weir.clock.advance(Duration.ofMinutes(50));
        assertThat(status("ci", "a", "1")).isEqualTo(200);
        assertThat(status("ci", "b", "1")).isEqualTo(200);
        APIGatewayProxyResponseEvent denied = pull("ci", "c", "1");
        assertThat(denied.getStatusCode()).isEqualTo(429);
        assertThat(denied.getHeaders()).containsEntry("Retry-After", "600");
        assertThat(new String(Base64.getDecoder().decode(denied.getBody()), StandardCharsets.UTF_8))
                .contains("TOOMANYREQUESTS")
                .contains("'ci' has brought in 2 new repositories in this hour");
        weir.clock.advance(Duration.ofMinutes(10));
        assertThat(status("ci", "c", "1")).isEqualTo(200);
    }

    @Test
    void newManifestsOfKnownRepositoriesAreCountedToo() {
        for (int tag = 1; tag <= 4; tag++) {
            assertThat(status("ci", "a", "t" + tag)).isEqualTo(200);
        }
        assertThat(status("ci", "a", "t5")).isEqualTo(429);
    }

    @Test
    void whatIsCachedCostsNothingAndOthersHaveBudgetsOfTheirOwn() {
        assertThat(status("ci", "a", "1")).isEqualTo(200);
        assertThat(status("ci", "b", "1")).isEqualTo(200);
        assertThat(status("ci", "c", "1")).isEqualTo(429);
        for (int i = 0; i < 10; i++) {
            assertThat(status("ci", "a", "1")).isEqualTo(200);
        }
        assertThat(status("dev", "c", "1")).isEqualTo(200);
        assertThat(status("ci", "c", "1")).isEqualTo(200);
    }
}
