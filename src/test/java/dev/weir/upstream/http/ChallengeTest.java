package dev.weir.upstream.http;

import static dev.weir.fake.Challenges.givesTokensTo;
import static dev.weir.fake.Challenges.hidesFromStrangers;
import static dev.weir.fake.Challenges.leadsTo;
import static dev.weir.fake.Challenges.wantsPassword;
import static dev.weir.fake.Challenges.wantsToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.fake.FakeUpstream;
import dev.weir.fake.FakeUpstream.Request;
import dev.weir.fake.MovableClock;
import dev.weir.oci.Digest;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credential;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamRegistry;
import dev.weir.upstream.UpstreamTimeouts;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told the credential and who gets a token, with upstreams on real sockets. */
class ChallengeTest {
    private static final Tag TAG = Tag.parse("1");
    private static final Credential OLD = new Credential("me", "old");
    private static final Credential NEW = new Credential("me", "new");

    private final FakeUpstream fake = new FakeUpstream();
    private final FakeUpstream other = new FakeUpstream();
    private final MovableClock clock = new MovableClock();
    private final AtomicInteger readsAnew = new AtomicInteger();
    private Optional<Credential> credential = Optional.empty();
    private Optional<Credential> credentialAnew = Optional.empty();

    @AfterEach
    void stop() {
        fake.close();
        other.close();
    }

    private final Credentials credentials = new Credentials() {
        @Override
        public Optional<Credential> find(PullThroughCacheRule rule) {
            return credential;
        }

        @Override
        public Optional<Credential> findAnew(PullThroughCacheRule rule) {
            readsAnew.incrementAndGet();
            credential = credentialAnew;
            return credentialAnew;
        }
    };

    private final UpstreamRegistry registry = new HttpUpstreamRegistry(
            credentials,
            InsecureUpstreams.parse(List.of(fake.hostAndPort(), other.hostAndPort(), alias(other))),
            UpstreamTimeouts.DEFAULT,
            clock,
            wait -> {});

    private Digest pull(String name) {
        PullThroughCacheRule rule = PullThroughCacheRule.of(
                RepositoryPrefix.parse("up"),
                UpstreamUrl.parse(
                        "http://" + fake.hostAndPort(), InsecureUpstreams.parse(List.of(fake.hostAndPort()))));
        UpstreamRepository repository =
                rule.map(RepositoryName.parse("up/" + name)).orElseThrow();
        return registry.manifest(repository, TAG, Deadline.never(clock)).digest();
    }

    private UpstreamException failure(String name) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pull(name));
        assertThat(failure).isNotNull();
        return failure;
    }

    private static List<String> authorizations(FakeUpstream upstream) {
        return upstream.requests().stream()
                .flatMap(request -> request.header("Authorization").stream())
                .toList();
    }

    /** The same upstream by another name. */
    private static String alias(FakeUpstream upstream) {
        return upstream.hostAndPort().replace("127.0.0.1", "localhost");
    }

    private static String realm(FakeUpstream upstream) {
        return "http://" + upstream.hostAndPort() + "/token";
    }

    private static List<String> tokenQueries(FakeUpstream upstream) {
        return upstream.requests().stream()
                .filter(request -> request.path().equals("/token"))
                .map(Request::query)
                .toList();
    }

    @Test
    void theScopeIsTheChallengesOwn() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        fake.put("/token", "application/json", "{\"token\":\"t\"}");
        fake.misbehave(wantsToken("t", realm(fake), "repository:team-docker/a/b:pull repository:base:pull"));
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(tokenQueries(fake))
                .containsExactly("service=reg&scope=repository:team-docker/a/b:pull&scope=repository:base:pull");
    }

    @Test
    void aTokenServesAllRepositoriesOfItsScope() {
        fake.image("a/b", "1", new byte[] {1});
        fake.image("a/c", "1", new byte[] {2});
        fake.put("/token", "application/json", "{\"token\":\"t\",\"expires_in\":300}");
        fake.misbehave(wantsToken("t", realm(fake), "registry:all:pull"));
        pull("a/b");
        pull("a/c");
        pull("a/c");
        assertThat(tokenQueries(fake)).hasSize(1);
        assertThat(fake.count("GET", "/a/c/"))
                .as("challenged once, then authorized at once")
                .isEqualTo(3);
    }

    @Test
    void aHostThatARedirectLeadsToIsAnsweredAnonymouslyInItsOwnName() {
        credential = Optional.of(OLD);
        Digest digest = other.image("a/b", "1", new byte[] {1});
        other.put("/token", "application/json", "{\"token\":\"theirs\",\"expires_in\":300}");
        other.misbehave(wantsToken("theirs", realm(other), "repository:a/b:pull"));
        fake.misbehave(leadsTo(other.hostAndPort()));
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(authorizations(fake)).isEmpty();
        assertThat(authorizations(other)).containsExactly("Bearer theirs", "Bearer theirs");
        assertThat(tokenQueries(other)).containsExactly("service=reg&scope=repository:a/b:pull");
    }

    @Test
    void aRedirectBehindTheRulesOwnChallengeIsAnsweredByBothHosts() {
        credential = Optional.of(OLD);
        Digest digest = other.image("a/b", "1", new byte[] {1});
        other.put("/token", "application/json", "{\"token\":\"theirs\"}");
        other.misbehave(wantsToken("theirs", realm(other), "repository:a/b:pull"));
        fake.misbehave(wantsPassword("me", "old"));
        fake.misbehave(leadsTo(other.hostAndPort()));
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(authorizations(other)).containsExactly("Bearer theirs");
    }

    @Test
    void aHostThatARedirectLeadsToGetsNoPassword() {
        credential = Optional.of(OLD);
        other.misbehave(wantsPassword("me", "old"));
        fake.misbehave(leadsTo(other.hostAndPort()));
        assertThat(failure("a/b").kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(authorizations(other)).isEmpty();
    }

    @Test
    void aRealmOutsideTheDomainOfTheHostThatChallengedIsRefused() {
        credential = Optional.of(OLD);
        fake.misbehave(wantsToken("t", "http://" + alias(other) + "/token", "x"));
        assertThat(failure("a/b").kind()).isEqualTo(Kind.INVALID);
        assertThat(failure("a/b")).hasMessageContaining("realm").hasMessageContaining("127.0.0.1");
        assertThat(other.requests()).isEmpty();
    }

    @Test
    void aRotatedPasswordIsPickedUpOnTheFirst401() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        fake.misbehave(wantsPassword("me", "new"));
        credential = Optional.of(OLD);
        credentialAnew = Optional.of(NEW);
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(readsAnew).hasValue(1);
    }

    @Test
    void aRotatedPasswordIsPickedUpAtTheTokenEndpoint() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        fake.put("/token", "application/json", "{\"token\":\"t\"}");
        fake.misbehave(givesTokensTo("me", "new"));
        fake.misbehave(wantsToken("t", realm(fake), "repository:a/b:pull"));
        credential = Optional.of(OLD);
        credentialAnew = Optional.of(NEW);
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(readsAnew).hasValue(1);
    }

    @Test
    void aPasswordThatStaysWrongIsTriedOnce() {
        fake.misbehave(wantsPassword("me", "new"));
        credential = Optional.of(OLD);
        credentialAnew = Optional.of(OLD);
        assertThat(failure("a/b").kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(authorizations(fake)).hasSize(1);
    }

    @Test
    void a404ToAStrangerIsTriedWithTheCredential() {
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        fake.misbehave(hidesFromStrangers("me", "old"));
        assertThat(failure("a/b").kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(fake.requests()).hasSize(1);
        credential = Optional.of(OLD);
        assertThat(pull("a/b")).isEqualTo(digest);
        fake.requests().clear();
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(fake.requests()).as("authorized at once").hasSize(1);
    }

    @Test
    void a404StaysWhereTheCredentialDoesNotHelp() {
        credential = Optional.of(NEW);
        fake.misbehave(hidesFromStrangers("me", "old"));
        assertThat(failure("a/b").kind()).isEqualTo(Kind.NOT_FOUND);
        fake.behave();
        fake.requests().clear();
        Digest digest = fake.image("a/b", "1", new byte[] {1});
        assertThat(pull("a/b")).isEqualTo(digest);
        assertThat(authorizations(fake))
                .as("the denied credential is not sent again")
                .isEmpty();
    }
}
