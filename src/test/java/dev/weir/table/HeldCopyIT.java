package dev.weir.table;

import static dev.weir.fake.WeirUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fake.FailingContents;
import dev.weir.fake.FreshRules;
import dev.weir.fake.Misbehaviours;
import dev.weir.fake.WeirUnderTest;
import dev.weir.oci.Digest;
import dev.weir.registry.RegistryHandler;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.store.StoreException.Kind;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A held copy is served whatever fails behind it; what is not held tells the client when to come again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeldCopyIT {
    private final WeirUnderTest weir = new WeirUnderTest();
    private final FailingTable table = new FailingTable(weir.table);
    private final FailingContents contents = new FailingContents(weir.contents);
    private final AtomicLong nanos = new AtomicLong(1);
    private final TableRules rules =
            new TableRules(table, InsecureUpstreams.parse(Set.of(weir.upstream.hostAndPort())), nanos::get);
    private Credentials credentials = rule -> Optional.empty();
    private final RegistryHandler handler =
            weir.waiting(table, contents, rule -> credentials.find(rule)).registry();
    private String name = "";

    /** What fails. */
    enum Fault {
        WRITES_THROTTLED {
            @Override
            void begin(HeldCopyIT test) {
                test.table.failWritesAs(Kind.THROTTLED);
            }
        },
        WRITES_REJECTED {
            @Override
            void begin(HeldCopyIT test) {
                test.table.failWritesAs(Kind.REJECTED);
            }
        },
        CONTENT_STORE_THROTTLED {
            @Override
            void begin(HeldCopyIT test) {
                test.contents.fail(true);
            }
        },
        SECRET_UNREADABLE {
            @Override
            void begin(HeldCopyIT test) {
                test.credentials = rule -> unreadable();
            }
        },
        SECRET_WITH_A_BUG {
            @Override
            void begin(HeldCopyIT test) {
                test.credentials = rule -> {
                    throw new IllegalArgumentException("argument \"content\" is null");
                };
            }
        },
        RULE_UNREADABLE {
            @Override
            void begin(HeldCopyIT test) {
                test.weir.table.put(Item.at(TableLayout.rule(RepositoryPrefix.parse("up")))
                        .with("upstreamRegistryUrl", "not a host/"));
                test.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            }
        },
        RULES_NOT_READ {
            @Override
            void begin(HeldCopyIT test) {
                test.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                test.weir.rules = () -> {
                    test.table.failAs(Kind.THROTTLED);
                    try {
                        return test.rules.current();
                    } finally {
                        test.table.fail(false);
                    }
                };
            }
        },
        UPSTREAM_BROKEN {
            @Override
            void begin(HeldCopyIT test) {
                test.weir.upstream.misbehave(Misbehaviours.breaks("/"));
            }
        },
        UPSTREAM_LIMITS {
            @Override
            void begin(HeldCopyIT test) {
                test.weir.upstream.misbehave(Misbehaviours.limits("/", 3600));
            }
        },
        UPSTREAM_FORGETS {
            @Override
            void begin(HeldCopyIT test) {
                test.weir.upstream.failWith(404, request -> true);
            }
        },
        UPSTREAM_DENIES {
            @Override
            void begin(HeldCopyIT test) {
                test.weir.upstream.failWith(403, request -> true);
            }
        };

        abstract void begin(HeldCopyIT test);

        private static Optional<Credential> unreadable() {
            throw new CredentialException("ecr-pullthroughcache/x", "can't be read");
        }
    }

    @BeforeEach
    void allIsWell() {
        name = "r" + System.nanoTime();
        table.recover();
        contents.fail(false);
        credentials = rule -> Optional.empty();
        FreshRules.clear(weir.table);
        new TableRuleBook(weir.table, InsecureUpstreams.NONE, rules)
                .seed(
                        RuleSet.of(PullThroughCacheRule.of(RepositoryPrefix.parse("up"), weir.upstreamUrl())),
                        weir.clock.instant());
        weir.rules = rules;
        weir.upstream.behave();
        weir.closeCircuits();
    }

    @AfterAll
    void stop() {
        weir.close();
    }

    private RegistryResponse pull(String rest) {
        return get(handler, "/v2/up/" + name + "/" + rest);
    }

    @ParameterizedTest
    @EnumSource
    void isServedWhile(Fault fault) {
        byte[] layer = ("layer of " + name).getBytes(StandardCharsets.UTF_8);
        Digest digest = weir.upstream.image(name, "1", layer);
        RegistryResponse before = pull("manifests/1");
        assertThat(pull("blobs/" + Digest.of(layer)).status()).isEqualTo(307);
        weir.clock.advance(WeirUnderTest.INTERVAL);
        fault.begin(this);
        for (int i = 0; i < 7; i++) {
            RegistryResponse byTag = pull("manifests/1");
            assertThat(byTag.status()).isEqualTo(200);
            assertThat(byTag.body()).isEqualTo(before.body());
        }
        assertThat(pull("manifests/" + digest).body()).isEqualTo(before.body());
        assertThat(pull("blobs/" + Digest.of(layer)).status()).isEqualTo(307);
    }

    @Test
    void aMissOnAThrottledTableTellsWhenToComeAgain() {
        weir.upstream.image(name, "1", new byte[] {1});
        table.failWritesAs(Kind.THROTTLED);
        assertComesAgain(pull("manifests/1"));
    }

    @Test
    void aMissOnAThrottledContentStoreTellsWhenToComeAgain() {
        Digest digest = weir.upstream.blob(name, name.getBytes(StandardCharsets.UTF_8));
        contents.fail(true);
        assertComesAgain(pull("blobs/" + digest));
    }

    private static void assertComesAgain(RegistryResponse answer) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", "2");
    }
}
