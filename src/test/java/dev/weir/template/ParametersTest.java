package dev.weir.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator may set: each parameter is explained and used, and what cannot work is rejected. */
class ParametersTest {
    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([A-Za-z]+)\\}");

    private final Template template = Template.load();

    @Test
    void everyParameterIsUsed() {
        Set<String> used = new TreeSet<>();
        collectReferences(template.source(), used);

        assertThat(used)
                .containsAll(
                        Template.names(template.source().path("Parameters")).toList());
    }

    @Test
    void everyConditionIsUsed() {
        Set<String> used = new TreeSet<>();
        template.source().findValues("Condition").forEach(condition -> used.add(condition.asText()));
        template.source()
                .findValues("Fn::If")
                .forEach(choice -> used.add(choice.get(0).asText()));

        assertThat(used)
                .containsAll(
                        Template.names(template.source().path("Conditions")).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "rate(15 minutes), true",
        "rate(1 minute), true",
        "rate(1 hour), true",
        "cron(0/30 * * * ? *), true",
        "rate(2 hours), false",
        "rate(90 minutes), false",
        "rate(1 day), false",
        "rate(0 minutes), false",
        "15 minutes, false"
    })
    void refreshRunsAtLeastOnceAnHour(String schedule, boolean allowed) {
        String pattern = template.source()
                .at("/Parameters/RefreshSchedule/AllowedPattern")
                .asText();

        assertThat(Pattern.matches(pattern, schedule)).isEqualTo(allowed);
    }

    @Test
    void everyParameterSaysWhatItDoesAndEveryNumberItsUnit() {
        template.source().path("Parameters").properties().forEach(parameter -> {
            String description = parameter.getValue().path("Description").asText();

            assertThat(description).as(parameter.getKey()).endsWith(".").hasSizeLessThanOrEqualTo(4000);
            if (parameter.getValue().path("Type").asText().equals("Number")) {
                assertThat(description)
                        .as(parameter.getKey())
                        .containsPattern("in MB|at a time|per second|at one instant|seconds|Days");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "SubnetIds, 'subnet-0a1b2c3d,subnet-0a1b2c3d4e5f60718', true",
        "SubnetIds, 'subnet-0a1b2c3d, subnet-1a1b2c3d', false",
        "SubnetIds, vpc-0a1b2c3d, false",
        "SecurityGroupIds, sg-0a1b2c3d, true",
        "SecurityGroupIds, 'sg-0a1b2c3d,sg-1a1b2c3d,sg-2a1b2c3d,sg-3a1b2c3d', false",
        "UpstreamProxy, http://proxy.example.com:3128, true",
        "UpstreamProxy, http://[fd00::1]:3128, true",
        "UpstreamProxy, http://user:password@proxy.example.com:3128, false",
        "UpstreamProxy, https://proxy.example.com:3128, false",
        "UpstreamProxy, proxy.example.com:3128, false",
        "AddressRateLimit, 0, true",
        "AddressRateLimit, 10, true",
        "AddressRateLimit, 9, false"
    })
    void valueThatCannotWorkIsRejected(String parameter, String value, boolean allowed) {
        JsonNode definition = template.source().path("Parameters").path(parameter);

        assertThat(Pattern.matches(definition.path("AllowedPattern").asText(), value))
                .isEqualTo(allowed);
        assertThat(definition.path("ConstraintDescription").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "PT24H, true",
        "P30D, true",
        "PT1M, true",
        "PT1H30M, true",
        "P1DT12H, true",
        "P0DT10M, true",
        "PT0M, false",
        "PT0S, false",
        "P0D, false",
        "PT90S, false",
        "P1M, false",
        "P1W, false",
        "P, false",
        "PT, false",
        "P1DT, false",
        "PT1M1H, false",
        "24h, false",
        "'', false"
    })
    void refreshTimesAreWholeMinutesAtLeastOne(String value, boolean allowed) {
        for (String parameter : List.of("RefreshInterval", "RefreshIdle")) {
            JsonNode definition = template.source().path("Parameters").path(parameter);

            assertThat(Pattern.matches(definition.path("AllowedPattern").asText(), value))
                    .as(parameter)
                    .isEqualTo(allowed);
            assertThat(definition.path("ConstraintDescription").asText())
                    .as(parameter)
                    .isNotBlank();
            if (allowed) {
                assertThat(Duration.parse(value)).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UpstreamEcrRepositoryArns, '', true",
        "UpstreamEcrRepositoryArns, arn:aws:ecr:*:111122223333:repository/*, true",
        "UpstreamEcrRepositoryArns, arn:aws-cn:ecr:cn-north-1:111122223333:repository/team/*, true",
        "UpstreamEcrRepositoryArns, *, false",
        "UpstreamEcrRepositoryArns, arn:aws:ecr:*:*:repository/*, false",
        "UpstreamRoleArns, '', true",
        "UpstreamRoleArns, arn:aws:iam::111122223333:role/team/weir-pull, true",
        "UpstreamRoleArns, *, false",
        "UpstreamRoleArns, arn:aws:iam::*:role/weir-pull, false",
        "UpstreamRoleArns, arn:aws:iam::111122223333:user/weir-pull, false"
    })
    void registriesOfAwsAreNamedWithTheirAccounts(String parameter, String value, boolean allowed) {
        String pattern = template.source()
                .at("/Parameters/" + parameter + "/AllowedPattern")
                .asText();

        assertThat(Pattern.matches(pattern, value)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "OpenOnlyWhenPrivate, off, PRIVATE",
        "PrivateNeedsVpcEndpoint, PRIVATE, VpcEndpointId",
        "DomainNeedsCertificate, DomainName, CertificateArn",
        "SubnetsNeedSecurityGroups, SubnetIds, SecurityGroupIds",
        "SecurityGroupsNeedSubnets, SecurityGroupIds, SubnetIds",
        "BindingToAVpcNeedsTheVpc, vpc, ClientVpcId"
    })
    void settingsThatDoNotFitTogetherAreRefused(String rule, String when, String asked) {
        JsonNode refusal = template.source().path("Rules").path(rule);

        assertThat(refusal.path("RuleCondition").toString()).contains(when);
        assertThat(refusal.at("/Assertions/0/Assert").toString()).contains(asked);
    }

    private static void collectReferences(JsonNode node, Set<String> used) {
        if (node.has("Ref")) {
            used.add(node.path("Ref").asText());
        }
        if (node.isTextual()) {
            Matcher matcher = SUBSTITUTED.matcher(node.asText());
            while (matcher.find()) {
                used.add(matcher.group(1));
            }
        }
        node.forEach(child -> collectReferences(child, used));
    }
}
