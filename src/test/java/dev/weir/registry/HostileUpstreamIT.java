package dev.weir.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.HostileAnswers;
import dev.weir.fake.RawServer;
import dev.weir.fake.WeirUnderTest;
import dev.weir.lease.LeaseName;
import dev.weir.oci.Tag;
import dev.weir.rules.UpstreamRepository;
import dev.weir.upstream.CircuitName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an upstream writes ends in no answer, table or log as it was written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileUpstreamIT {
    private final RawServer raw = new RawServer();
    private final WeirUnderTest weir = new WeirUnderTest(raw.hostAndPort());
    private final RegistryHandler handler = weir.process(weir.clock, Long.MAX_VALUE);
    private final Logged logged = new Logged();
    private final Logger logger = Logger.getLogger("dev.weir");

    HostileUpstreamIT() {
        logger.addHandler(logged);
    }

    /** All that is logged, with the stacks of what was thrown. */
    private static final class Logged extends Handler {
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.addAll(List.of(formatter.format(entry).split("\n", -1)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void behave() {
        weir.upstream.behave();
        weir.closeCircuits();
        logged.lines.clear();
    }

    @AfterAll
    void stop() {
        logger.removeHandler(logged);
        weir.close();
        raw.close();
    }

    private RegistryResponse pull(String name) {
        return WeirUnderTest.get(handler, "/v2/up/" + name + "/manifests/1");
    }

    private void answerManifestsWith(HostileAnswers answer) {
        raw.answer(answer.bytes());
        weir.upstream.misbehave(exchange -> {
            exchange.getResponseHeaders().set("Location", "http://" + raw.hostAndPort() + exchange.getRequestURI());
            exchange.sendResponseHeaders(307, -1);
            return true;
        });
    }

    private static void assertHarmless(String text) {
        assertThat(text).hasSizeLessThan(1500).doesNotContain("\u001b", "\r", "\nERROR");
    }

    @ParameterizedTest
    @EnumSource(HostileAnswers.class)
    void anAnswerReachesNoClientTableOrLogAsItCame(HostileAnswers answer) {
        String name = "hostile/" + answer.name().toLowerCase(Locale.ROOT);
        answerManifestsWith(answer);
        RegistryResponse response = pull(name);
        assertThat(response.status()).isIn(429, 502, 504);
        assertHarmless(new String(response.body(), StandardCharsets.UTF_8));
        response.headers().values().forEach(HostileUpstreamIT::assertHarmless);
        long retryAfter = Long.parseLong(response.headers().getOrDefault("Retry-After", "0"));
        assertThat(retryAfter).isLessThanOrEqualTo(6 * 3600);
        assertThat(logged.lines).isNotEmpty().allSatisfy(HostileUpstreamIT::assertHarmless);
        UpstreamRepository repository = weir.repository("up/" + name);
        for (CircuitName.Scope scope : CircuitName.Scope.values()) {
            CircuitName circuit = new CircuitName(
                    repository.rule().account(),
                    scope,
                    Optional.of(repository.upstreamName()).filter(named -> scope == CircuitName.Scope.REPOSITORY));
            assertHarmless(weir.states.find(circuit).toString());
        }
        assertHarmless(weir.leases
                .find(LeaseName.ofManifest(repository, Tag.parse("1")))
                .toString());
        weir.events.forEach(event -> assertHarmless(event.toString()));
    }

    @ParameterizedTest
    @EnumSource(HostileAnswers.class)
    void aHeldCopyIsServedAndTheReasonIsLoggedHarmlessly(HostileAnswers answer) {
        String name = "held/" + answer.name().toLowerCase(Locale.ROOT);
        weir.upstream.image(name, "1", new byte[] {1});
        byte[] held = pull(name).body();
        weir.clock.advance(WeirUnderTest.INTERVAL);
        answerManifestsWith(answer);
        RegistryResponse stale = pull(name);
        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo(held);
        assertThat(logged.lines)
                .anySatisfy(line -> assertThat(line).contains("serving the cached copy"))
                .allSatisfy(HostileUpstreamIT::assertHarmless);
        weir.events.forEach(event -> assertHarmless(event.toString()));
    }
}
