package dev.weir.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upstreams are ECR's, and with which role they are pulled. */
class EcrRegistryTest {
    private static final UpstreamUrl ECR = url("111122223333.dkr.ecr.eu-central-1.amazonaws.com");
    private static final CustomRoleArn ROLE = CustomRoleArn.parse("arn:aws:iam::111122223333:role/weir-pull");

    private static UpstreamUrl url(String value) {
        return UpstreamUrl.parse(value, InsecureUpstreams.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "111122223333.dkr.ecr.eu-central-1.amazonaws.com, 111122223333, eu-central-1, false",
        "https://111122223333.DKR.ecr.us-east-1.amazonaws.com/, 111122223333, us-east-1, false",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn, 111122223333, cn-north-1, false",
        "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com, 111122223333, us-gov-west-1, true",
        "111122223333.dkr-ecr.ap-southeast-2.on.aws, 111122223333, ap-southeast-2, false",
        "111122223333.dkr-ecr-fips.us-east-2.on.aws, 111122223333, us-east-2, true",
        "111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn, 111122223333, cn-north-1, false",
        "111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu, 111122223333, eusc-de-east-1, false",
    })
    void aHostOfEcrTellsAccountAndRegion(String upstream, String account, String region, boolean fips) {
        assertThat(EcrRegistry.of(url(upstream))).contains(new EcrRegistry(account, region, fips));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.ecr.aws",
                "quay.io",
                "11112222333.dkr.ecr.eu-central-1.amazonaws.com",
                "x111122223333.dkr.ecr.eu-central-1.amazonaws.com",
                "111122223333.dkr.ecr.eu-central-1.amazonaws.com.example.org",
                "111122223333.dkr.ecr.eu-central-1.example.org",
                "111122223333.dkr.ecr.evil.example.amazonaws.com",
                "111122223333xdkr.ecr.eu-central-1.amazonaws.com",
                "111122223333.dkr.ecr.amazonaws.com",
            })
    void anyOtherHostIsNotOneOfEcr(String upstream) {
        assertThat(EcrRegistry.of(url(upstream))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:iam::111122223333:role/weir-pull",
                "arn:aws-cn:iam::111122223333:role/team/a/pull@x=y+z,1",
                "arn:aws-us-gov:iam::111122223333:role/service-role/pull"
            })
    void aRolesArnIsTaken(String arn) {
        assertThat(CustomRoleArn.parse(arn)).hasToString(arn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "arn:aws:iam::1:role/a",
                "arn:aws:iam::111122223333:user/pull",
                "arn:aws:sts::111122223333:assumed-role/pull/session",
                "arn:aws:iam::111122223333:role/",
                "arn:aws:iam::111122223333:role/a b",
                "arn:aws:iam::111122223333:role/pull\n",
                "arn:aws:iam::11112222333:role/pull"
            })
    void whatIsNoRolesArnIsNamed(String arn) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomRoleArn.parse(arn))
                .withMessageContaining("customRoleArn '" + arn + "'")
                .withMessageContaining("arn:aws:iam::<account>:role/<name>");
    }

    @Test
    void anArnHasAtMost2048Characters() {
        String longest = ROLE.value().replace("weir-pull", "p".repeat(2_048 - 41) + "/weir-pull");
        assertThat(longest).hasSize(2_048);
        assertThat(CustomRoleArn.parse(longest)).hasToString(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CustomRoleArn.parse(longest.replace("weir-pull", "weir-pulls")));
    }

    @Test
    void twoRolesOfOneHostAreTwoAccounts() {
        UpstreamAccount own = new UpstreamAccount(ECR, Optional.empty(), Optional.empty());
        UpstreamAccount role = new UpstreamAccount(ECR, Optional.empty(), Optional.of(ROLE));
        assertThat(own).isNotEqualTo(role).hasToString("111122223333.dkr.ecr.eu-central-1.amazonaws.com");
        assertThat(role).hasToString("111122223333.dkr.ecr.eu-central-1.amazonaws.com " + ROLE);
    }
}
