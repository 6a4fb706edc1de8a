package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FakeUpstream;
import dev.weir.registry.RegistryResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecr.model.Tag;

/** Rules change while clients pull. */
class RuleChangeIT {
    private static final String RULE = "arn:aws:ecr:us-east-1:000000000000:pull-through-cache-rule/up";
    private static final int CLIENTS = 4;
    private static final int CHANGES = 15;

    private final FakeUpstream other = new FakeUpstream();
    private RegistryUnderTest weir;

    @BeforeEach
    void start(@TempDir Path folder) {
        weir = new RegistryUnderTest(
                folder,
                upstream -> Map.of("WEIR_INSECURE_UPSTREAMS", upstream.hostAndPort() + "," + other.hostAndPort()));
    }

    @AfterEach
    void stop() {
        weir.close();
        other.close();
    }

    private void create(String url) {
        weir.ecr.createPullThroughCacheRule(
                rule -> rule.ecrRepositoryPrefix("up").upstreamRegistryUrl(url));
    }

    private void delete() {
        weir.ecr.deletePullThroughCacheRule(rule -> rule.ecrRepositoryPrefix("up"));
    }

    /** What clients see of one tag, from now until the changes are done. */
    private Queue<RegistryResponse> pullDuring(Runnable changes) throws Exception {
        Queue<RegistryResponse> answers = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> {
                    while (!done.get()) {
                        answers.add(weir.get("/v2/up/app/manifests/1"));
                    }
                }));
            }
            changes.run();
            done.set(true);
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
        return answers;
    }

    private static String digest(RegistryResponse answer) {
        return answer.headers().getOrDefault("Docker-Content-Digest", "");
    }

    @Test
    void noPullFailsWhileARuleIsChangedDeletedAndCreatedAgain() throws Exception {
        String digest = weir.upstream.image("app", "1", new byte[] {1}).toString();
        create(weir.url());
        weir.get("/v2/up/app/manifests/1");
        Queue<RegistryResponse> answers = pullDuring(() -> {
            for (int i = 0; i < CHANGES; i++) {
                String minutes = "PT" + (i + 1) + "M";
                weir.ecr.tagResource(request -> request.resourceArn(RULE)
                        .tags(Tag.builder()
                                .key("weir:refresh-interval")
                                .value(minutes)
                                .build()));
                delete();
                create(weir.url());
            }
        });
        assertThat(answers).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(digest(answer)).isEqualTo(digest);
        });
    }

    @Test
    void noPullIsAnsweredFromTheUpstreamOfAnEarlierRule() throws Exception {
        String mine = weir.upstream.image("app", "1", new byte[] {1}).toString();
        String others = other.image("app", "1", new byte[] {2}).toString();
        create(weir.url());
        weir.get("/v2/up/app/manifests/1");
        List<String> afterEachChange = new ArrayList<>();
        Queue<RegistryResponse> answers = pullDuring(() -> {
            for (int i = 0; i < CHANGES; i++) {
                delete();
                create(i % 2 == 0 ? "http://" + other.hostAndPort() : weir.url());
                afterEachChange.add(digest(weir.get("/v2/up/app/manifests/1")));
            }
        });
        for (int i = 0; i < CHANGES; i++) {
            assertThat(afterEachChange.get(i)).as("change " + i).isEqualTo(i % 2 == 0 ? others : mine);
        }
        // A pull that began under an earlier rule may end after a newer one's: its copy is then no copy of the rule
        // that is deleted next.
        assertThat(answers).isNotEmpty().allSatisfy(answer -> {
            if (answer.status() == 200) {
                assertThat(digest(answer)).isIn(mine, others);
            } else {
                assertThat(answer.headers().get("Cache-Status")).endsWith("detail=RULE_DELETED");
            }
        });
    }
}
