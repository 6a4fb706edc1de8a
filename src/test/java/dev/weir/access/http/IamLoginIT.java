package dev.weir.access.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.access.Authenticator;
import dev.weir.access.BasicCredentials;
import dev.weir.access.ClientAddress;
import dev.weir.access.FailedLogins;
import dev.weir.access.LoginLimitedException;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.Principal;
import dev.weir.access.Source;
import dev.weir.access.iam.EksTokens;
import dev.weir.access.iam.IamLogins;
import dev.weir.access.iam.Partition;
import dev.weir.fake.AwsCli;
import dev.weir.fake.FakeSts;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of the real AWS CLI at an STS that verifies their signature. */
class IamLoginIT {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String ROLE = "arn:aws:iam::" + EksTokens.ACCOUNT + ":role/ci";
    private static final Source HERE = new Source(ClientAddress.of("203.0.113.7"), EksTokens.REGISTRY);

    private final FakeSts sts = new FakeSts();
    private volatile Instant now = Instant.now();
    private volatile Set<String> accounts = Set.of(EksTokens.ACCOUNT);
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final Authenticator authenticator = new Authenticator(
            List.of(new IamLogins(new StsCallerIdentities(sts.client()), () -> accounts, Partition.AWS, clock)),
            new FailedLogins(clock));

    @BeforeEach
    void knowARole() {
        sts.know(
                EksTokens.ACCESS_KEY_ID,
                new FakeSts.Identity(
                        SECRET,
                        EksTokens.ACCOUNT,
                        "arn:aws:sts::" + EksTokens.ACCOUNT + ":assumed-role/ci/i-0abc",
                        "AROAX:i-0abc"));
    }

    @AfterEach
    void close() {
        sts.close();
    }

    private Optional<Principal> login(String token, Source source) {
        return authenticator.authenticate(new BasicCredentials("AWS", token), source);
    }

    private static String cliToken(String registry) throws Exception {
        return AwsCli.eksToken(registry, EksTokens.ACCESS_KEY_ID, SECRET);
    }

    @Test
    void aTokenOfTheAwsCliNamesItsRole() throws Exception {
        assertThat(login(cliToken(EksTokens.REGISTRY), HERE))
                .contains(new Principal(
                        ROLE,
                        Map.of(
                                "aws:PrincipalArn", List.of(ROLE),
                                "aws:PrincipalAccount", List.of(EksTokens.ACCOUNT),
                                "aws:userid", List.of("AROAX:i-0abc"))));
    }

    @Test
    void aTokenForAnotherRegistryIsRefusedBySts() throws Exception {
        assertThat(login(cliToken("my-cluster"), HERE)).isEmpty();
        assertThat(sts.queries()).hasSize(1);
    }

    @Test
    void aTamperedTokenIsRefusedBySts() throws Exception {
        String token = EksTokens.at(now);
        assertThat(login(token, HERE)).isEmpty();
        assertThat(sts.queries()).hasSize(1);
    }

    @Test
    void stsIsAskedOnceForATokenUntilItExpires() throws Exception {
        String token = cliToken(EksTokens.REGISTRY);
        for (int i = 0; i < 3; i++) {
            assertThat(login(token, HERE)).isPresent();
        }
        assertThat(sts.queries()).hasSize(1);
        now = now.plus(Duration.ofMinutes(16));
        assertThat(login(token, HERE)).isEmpty();
        assertThat(sts.queries()).hasSize(1);
    }

    @Test
    void aRememberedTokenIsForOneRegistryAndForAllowedAccountsOnly() throws Exception {
        String token = cliToken(EksTokens.REGISTRY);
        assertThat(login(token, HERE)).isPresent();
        assertThat(login(token, new Source(HERE.address(), "other.example.org")))
                .isEmpty();
        accounts = Set.of("111122223333");
        assertThat(login(token, HERE)).isEmpty();
    }

    @Test
    void anAccountThatIsNotAllowedIsRefusedWithoutACall() throws Exception {
        accounts = Set.of("111122223333");
        assertThat(login(cliToken(EksTokens.REGISTRY), HERE)).isEmpty();
        accounts = Set.of();
        assertThat(login(cliToken(EksTokens.REGISTRY), HERE)).isEmpty();
        assertThat(sts.queries()).isEmpty();
    }

    @Test
    void anAccountThatOnlyStsTellsIsComparedToo() throws Exception {
        sts.know(
                EksTokens.ACCESS_KEY_ID,
                new FakeSts.Identity(SECRET, "111122223333", "arn:aws:iam::111122223333:user/eve", "AIDAX"));
        assertThat(login(cliToken(EksTokens.REGISTRY), HERE)).isEmpty();
        assertThat(sts.queries()).hasSize(1);
    }

    @Test
    void failuresOfAnAccessKeyAreLimitedBeforeStsIsAsked() {
        for (int i = 0; i < 10; i++) {
            assertThat(login(
                            EksTokens.at(now.minusSeconds(i)),
                            new Source(ClientAddress.of("192.0.2." + i), EksTokens.REGISTRY)))
                    .isEmpty();
        }
        assertThatExceptionOfType(LoginLimitedException.class).isThrownBy(() -> login(EksTokens.at(now), HERE));
        assertThat(sts.queries()).hasSize(10);
    }

    static Stream<Arguments> useless() {
        return Stream.of(
                Arguments.of(
                        "a redirect", new FakeSts.Instead(302, Map.of("Location", "http://127.0.0.1:1/"), new byte[0])),
                Arguments.of("more than 64 KiB", FakeSts.json(200, " ".repeat(64 * 1024 + 1))),
                Arguments.of("not JSON", FakeSts.json(200, "<GetCallerIdentityResponse/>")),
                Arguments.of("JSON without an account", FakeSts.json(200, "{}")),
                Arguments.of("nothing", FakeSts.json(200, "")),
                Arguments.of("throttled", FakeSts.json(400, FakeSts.error("Throttling"))),
                Arguments.of("a failure", FakeSts.json(503, "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("useless")
    void anAnswerThatSaysNothingIsNotTakenForARefusalAndQuotesNothing(String what, FakeSts.Instead answer) {
        sts.answerInstead(answer);
        assertThatExceptionOfType(LoginUnavailableException.class)
                .as(what)
                .isThrownBy(() -> login(EksTokens.at(now), HERE))
                .satisfies(e -> assertThat(e.getMessage() + e.getCause()).doesNotContain(EksTokens.ACCESS_KEY_ID));
    }

    @Test
    void onlyHttpsAtPublicAddressesIsDialled() {
        HttpsDocuments production = new HttpsDocuments();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> production.get(URI.create("http://sts.amazonaws.com/"), Map.of()))
                .withMessageContaining("allowed is https");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> production.get(URI.create("https://127.0.0.1/"), Map.of()))
                .withMessageContaining("not a public address");
    }
}
