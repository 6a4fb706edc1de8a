package dev.weir.access.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.endpoints.StsEndpointProvider;

/** Each check of a token is refused by a case of its own: the case differs from a good token in this one thing. */
class IamTokenTest {
    private static final Instant NOW = Instant.parse("2026-11-25T16:46:57Z");
    private static final String STS = "https://sts.us-east-1.amazonaws.com/?";

    private static IamToken parse(String token) {
        return IamToken.parse(token, EksTokens.REGISTRY, Partition.AWS, NOW);
    }

    private static String good() {
        return EksTokens.query(EksTokens.parameters(NOW));
    }

    private static String with(String name, String value) {
        Map<String, String> parameters = EksTokens.parameters(NOW);
        parameters.put(name, value);
        return EksTokens.token(STS + EksTokens.query(parameters));
    }

    private static String without(String name) {
        Map<String, String> parameters = EksTokens.parameters(NOW);
        parameters.remove(name);
        return EksTokens.token(STS + EksTokens.query(parameters));
    }

    private static String at(String host) {
        return EksTokens.token(host + good());
    }

    private static Arguments row(String what, String token, String why) {
        return Arguments.of(what, token, why);
    }

    static Stream<Arguments> refused() {
        String credential = EksTokens.ACCESS_KEY_ID + "/20261125/us-east-1/sts/aws4_request";
        return Stream.of(
                row("too long", EksTokens.token(STS + good() + "&x=" + "y".repeat(4096)), "4096 bytes"),
                row("another version of the prefix", EksTokens.at(NOW).replace("v1", "v2"), "does not begin"),
                row("padded", EksTokens.at(NOW) + "=", "base64url"),
                row("base64 with + and /", "k8s-aws-v1.aHR0+/", "base64url"),
                row("one character over", "k8s-aws-v1.aHR0c", "base64url"),
                row("nothing after the prefix", "k8s-aws-v1.", "base64url"),
                row("not ASCII", EksTokens.token("https://stß.us-east-1.amazonaws.com/?" + good()), "ASCII"),
                row("not a URL", EksTokens.token("https://sts us"), "not a URL"),
                row("http", at("http://sts.us-east-1.amazonaws.com/?"), "not https"),
                row("another scheme", at("file://sts.us-east-1.amazonaws.com/?"), "not https"),
                row("another host", at("https://sts.us-east-1.amazonaws.com.evil.example/?"), "STS host"),
                row("an address", at("https://169.254.169.254/?"), "STS host"),
                row("another service", at("https://s3.us-east-1.amazonaws.com/?"), "STS host"),
                row("a region that is not listed", at("https://sts.us-east-9.amazonaws.com/?"), "STS host"),
                row("FIPS where there is none", at("https://sts-fips.eu-west-1.amazonaws.com/?"), "STS host"),
                row("another partition", at("https://sts.cn-north-1.amazonaws.com.cn/?"), "STS host"),
                row("the domain of another partition", at("https://sts.us-east-1.amazonaws.com.cn/?"), "STS host"),
                row("a user in the URL", at("https://a@sts.us-east-1.amazonaws.com/?"), "STS host"),
                row("user and password", at("https://a:b@sts.us-east-1.amazonaws.com/?"), "STS host"),
                row("a port", at("https://sts.us-east-1.amazonaws.com:443/?"), "STS host"),
                row("a dot after the host", at("https://sts.us-east-1.amazonaws.com./?"), "STS host"),
                row("no path", at("https://sts.us-east-1.amazonaws.com?"), "path"),
                row("another path", at("https://sts.us-east-1.amazonaws.com/x?"), "path"),
                row("two slashes", at("https://sts.us-east-1.amazonaws.com//?"), "path"),
                row("a fragment", EksTokens.token(STS + good() + "#x"), "fragment"),
                row("no query", EksTokens.token("https://sts.us-east-1.amazonaws.com/"), "no value"),
                row("a name without value", EksTokens.token(STS + good() + "&x"), "no value"),
                row(
                        "a malformed escape",
                        EksTokens.token(STS + good().replace("Version=2011-06-15", "Version=%2")),
                        "not a URL"),
                row("an empty value", with("X-Amz-Expires", ""), "empty"),
                row("a line end in a value", with("Version", "2011-06-15\n"), "printable"),
                row("doubled", EksTokens.token(STS + good() + "&Action=GetCallerIdentity"), "twice"),
                row("doubled in another case", EksTokens.token(STS + good() + "&action=GetCallerIdentity"), "twice"),
                row("doubled, escaped", EksTokens.token(STS + good() + "&%41ction=GetCallerIdentity"), "twice"),
                row("an extra parameter", EksTokens.token(STS + good() + "&RoleArn=x"), "not one of"),
                row("an extra header as parameter", EksTokens.token(STS + good() + "&x-k8s-aws-id=x"), "not one of"),
                row("another action", with("Action", "AssumeRole"), "action"),
                row("no action", without("Action"), "action is missing"),
                row("another version", with("Version", "2012-01-01"), "version"),
                row("another algorithm", with("X-Amz-Algorithm", "AWS4-HMAC-SHA1"), "algorithm"),
                row("registry not signed", with("X-Amz-SignedHeaders", "host"), "signedheaders"),
                row("host not signed", with("X-Amz-SignedHeaders", "x-k8s-aws-id"), "signedheaders"),
                row("more headers signed", with("X-Amz-SignedHeaders", "host;x-k8s-aws-id;x-y"), "signedheaders"),
                row("no signature", without("X-Amz-Signature"), "signature is missing"),
                row("a signature that is none", with("X-Amz-Signature", "00"), "signature"),
                row("expires too late", with("X-Amz-Expires", "901"), "over 900"),
                row("expires in the past", with("X-Amz-Expires", "-1"), "expires"),
                row("no expiry", without("X-Amz-Expires"), "expires is missing"),
                row("no date", without("X-Amz-Date"), "date is missing"),
                row("a date that is none", with("X-Amz-Date", "20261399T000000Z"), "not a time"),
                row("sixteen minutes old", EksTokens.at(NOW.minus(Duration.ofSeconds(15 * 60 + 1))), "15 minutes old"),
                row("six minutes ahead", EksTokens.at(NOW.plus(Duration.ofSeconds(5 * 60 + 1))), "ahead"),
                row("no credential", without("X-Amz-Credential"), "credential is missing"),
                row(
                        "scope of another region",
                        with("X-Amz-Credential", credential.replace("us-east-1", "us-west-2")),
                        "scope"),
                row(
                        "scope of another day",
                        with("X-Amz-Credential", credential.replace("20261125", "20261124")),
                        "scope"),
                row(
                        "scope of another service",
                        with("X-Amz-Credential", credential.replace("sts", "s3")),
                        "credential"),
                row("scope of more parts", with("X-Amz-Credential", "x/" + credential), "credential"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, String token, String why) {
        assertThatExceptionOfType(IamTokenException.class)
                .as(what)
                .isThrownBy(() -> parse(token))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("evil", EksTokens.ACCESS_KEY_ID));
    }

    @Test
    void refusesEveryTokenWhereTheRegistrysNameIsNotKnown() {
        assertThatExceptionOfType(IamTokenException.class)
                .isThrownBy(() -> IamToken.parse(EksTokens.at(NOW), "", Partition.AWS, NOW));
    }

    @Test
    void theUrlIsMadeAnewFromTheSignedParts() {
        IamToken token = parse(EksTokens.at(NOW));
        URI url = token.url();
        assertThat(url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath())
                .isEqualTo("https://sts.us-east-1.amazonaws.com/");
        assertThat(url.getRawQuery())
                .contains("X-Amz-SignedHeaders=host%3Bx-k8s-aws-id")
                .contains("E%2B%2F%3D~%2A");
        assertThat(Arrays.asList(url.getRawQuery().split("&")))
                .hasSize(EksTokens.parameters(NOW).size())
                .isSorted();
        assertThat(token.accessKeyId()).isEqualTo(EksTokens.ACCESS_KEY_ID);
        assertThat(token.expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
    }

    @Test
    void printsNothingOfTheRequest() {
        assertThat(parse(EksTokens.at(NOW)).toString())
                .doesNotContain(EksTokens.ACCESS_KEY_ID)
                .doesNotContain("1b42");
    }

    @ParameterizedTest
    @CsvSource({"0", "900", "-300"})
    void aTokenIsGoodForFifteenMinutesAndFiveBefore(int age) {
        assertThat(parse(EksTokens.at(NOW.minusSeconds(age)))).isNotNull();
    }

    /** The list is closed, and it is the SDK's. */
    @Test
    void everyStsHostOfTheSdkIsOnTheList() {
        StsEndpointProvider sdk = StsEndpointProvider.defaultProvider();
        List<String> missing = new ArrayList<>();
        for (Region region : Region.regions()) {
            String partition = region.metadata() == null
                    ? ""
                    : region.metadata().partition().id();
            if (region.isGlobalRegion()
                    || !List.of("aws", "aws-cn", "aws-us-gov").contains(partition)) {
                continue;
            }
            for (boolean dualStack : new boolean[] {false, true}) {
                String host = sdk.resolveEndpoint(asked ->
                                asked.region(region).useDualStack(dualStack).useFips(false))
                        .join()
                        .url()
                        .getHost();
                if (Partition.ofRegion(region.id()).regionOfStsHost(host).isEmpty()) {
                    missing.add(host);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "AWS, sts.amazonaws.com, us-east-1",
        "AWS, sts.eu-central-1.amazonaws.com, eu-central-1",
        "AWS, sts-fips.us-west-2.amazonaws.com, us-west-2",
        "AWS, sts-fips.us-east-2.api.aws, us-east-2",
        "AWS, sts.eu-west-1.api.aws, eu-west-1",
        "CHINA, sts.cn-north-1.amazonaws.com.cn, cn-north-1",
        "CHINA, sts.amazonaws.com,",
        "GOV_CLOUD, sts.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "GOV_CLOUD, sts.us-east-1.amazonaws.com,",
    })
    void aHostSignsForItsRegion(Partition partition, String host, String region) {
        assertThat(partition.regionOfStsHost(host).orElse(null)).isEqualTo(region);
    }

    @ParameterizedTest
    @CsvSource({
        "ASIAQNZGKIQY56JQ7WML, 029608264753",
        "AKIAIOSFODNN7EXAMPLE,",
        "ASIAQNZG,",
        "ASIAQNZGKIQY50001111,",
    })
    void anAccessKeyIdTellsItsAccountSinceIdsHoldIt(String id, String account) {
        assertThat(AccessKeyAccount.find(id).orElse(null)).isEqualTo(account);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:iam::029608264753:user/team/alice, arn:aws:iam::029608264753:user/team/alice",
        "arn:aws:sts::029608264753:assumed-role/ci/i-0abc, arn:aws:iam::029608264753:role/ci",
        "arn:aws:iam::029608264753:root, arn:aws:iam::029608264753:root",
        "arn:aws:sts::029608264753:federated-user/bob, arn:aws:sts::029608264753:federated-user/bob",
        "arn:aws:sts::029608264754:assumed-role/ci/i-0abc,",
        "arn:aws-cn:sts::029608264753:assumed-role/ci/i-0abc,",
        "arn:aws:sts::029608264753:assumed-role/ci,",
        "arn:aws:sts::029608264753:assumed-role/a/b/c,",
        "arn:aws:s3:::bucket,",
    })
    void aSessionOfARoleIsTheRole(String arn, String principal) {
        assertThat(new CallerIdentity(EksTokens.ACCOUNT, arn, "AROA1:x")
                        .principal(Partition.AWS)
                        .map(Object::toString)
                        .orElse(null))
                .isEqualTo(principal);
    }

    @Test
    void anAsciiUrlIsDecodedOnce() {
        String twice = "k8s-aws-v1."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(EksTokens.at(NOW).getBytes(StandardCharsets.US_ASCII));
        assertThatExceptionOfType(IamTokenException.class).isThrownBy(() -> parse(twice));
    }
}
