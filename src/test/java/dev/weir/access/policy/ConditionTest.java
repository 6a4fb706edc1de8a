package dev.weir.access.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.Principal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The corner cases of IAM's conditions, as a table. Source: IAM user guide, "IAM JSON policy elements: Condition operators". */
class ConditionTest {

    /** The request's values are separated by commas; none stands for a key that is missing. */
    @ParameterizedTest(name = "{0} {1} of {2} is {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "none",
            value = {
                "StringEquals | ['a','b'] | b | true",
                "StringEquals | ['a','b'] | c | false",
                "StringEquals | 'a' | A | false",
                "StringEquals | 'a*' | ab | false",
                "StringEquals | 'a' | none | false",
                "StringEquals | 'a' | x,a | true",
                "StringEqualsIfExists | 'a' | none | true",
                "StringEqualsIfExists | 'a' | b | false",
                "StringNotEquals | ['a','b'] | c | true",
                "StringNotEquals | ['a','b'] | b | false",
                "StringNotEquals | 'a' | none | true",
                "StringNotEquals | 'a' | x,a | false",
                "StringNotEqualsIfExists | 'a' | none | true",
                "StringNotEqualsIfExists | 'a' | a | false",
                "StringEqualsIgnoreCase | 'aB' | Ab | true",
                "StringNotEqualsIgnoreCase | 'aB' | Ab | false",
                "StringLike | 'repo:acme/*' | repo:acme/app:ref | true",
                "StringLike | 'repo:acme/?' | repo:acme/ab | false",
                "StringLike | '*' | none | false",
                "StringNotLike | 'release-*' | dev-1 | true",
                "StringNotLike | 'release-*' | release-1 | false",
                "StringNotLike | '*' | none | true",
                "ForAnyValue:StringEquals | ['a','b'] | x,a | true",
                "ForAnyValue:StringEquals | ['a','b'] | x,y | false",
                "ForAnyValue:StringEquals | 'a' | none | false",
                "ForAnyValue:StringEqualsIfExists | 'a' | none | true",
                "ForAnyValue:StringNotEquals | 'a' | a,b | true",
                "ForAnyValue:StringNotEquals | 'a' | a | false",
                "ForAnyValue:StringNotEquals | 'a' | none | false",
                "ForAllValues:StringEquals | ['a','b'] | a,b | true",
                "ForAllValues:StringEquals | ['a','b'] | a,x | false",
                "ForAllValues:StringEquals | 'a' | none | true",
                "ForAllValues:StringNotEquals | 'a' | b,c | true",
                "ForAllValues:StringNotEquals | 'a' | a,c | false",
                "NumericLessThan | '72' | 71.999999 | true",
                "NumericLessThan | 72 | 72 | false",
                "NumericLessThan | 72 | none | false",
                "NumericLessThanIfExists | 72 | none | true",
                "NumericLessThan | 72 | soon | false",
                "NumericLessThanEquals | 72 | 72.0 | true",
                "NumericGreaterThan | 72 | 72.1 | true",
                "NumericGreaterThanEquals | 72 | 71 | false",
                "NumericEquals | 1.0 | 1 | true",
                "NumericNotEquals | 1 | 2 | true",
                "NumericNotEquals | 1 | none | true",
                "NumericLessThan | ['1','72'] | 50 | true",
                "DateLessThan | '2026-11-01T00:00:00Z' | 2026-10-31T23:59:59Z | true",
                "DateLessThan | '2026-11-01' | 2026-11-01T00:00:00Z | false",
                "DateLessThanEquals | '2026-11-01' | 2026-11-01T00:00:00Z | true",
                "DateGreaterThan | 1793491200 | 2026-11-01T00:00:01Z | true",
                "DateGreaterThanEquals | '2026-11-01' | 2026-10-31T00:00:00Z | false",
                "DateEquals | '2026-11-01' | 1793491200 | true",
                "DateNotEquals | '2026-11-01' | 2026-11-02T00:00:00Z | true",
                "Bool | 'true' | true | true",
                "Bool | true | TRUE | true",
                "Bool | 'true' | false | false",
                "Bool | 'false' | none | false",
                "BoolIfExists | 'true' | none | true",
                "IpAddress | ['10.0.0.0/8','192.168.1.1'] | 10.255.0.1 | true",
                "IpAddress | '192.168.1.1' | 192.168.1.2 | false",
                "IpAddress | '0.0.0.0/0' | 203.0.113.9 | true",
                "IpAddress | '10.0.0.0/9' | 10.128.0.1 | false",
                "IpAddress | '10.0.0.0/8' | ::ffff:10.1.1.1 | true",
                "IpAddress | '2001:db8::/33' | 2001:db8:7fff::1 | true",
                "IpAddress | '2001:db8::/33' | 2001:db8:8000::1 | false",
                "IpAddress | '0.0.0.0/0' | 2001:db8::1 | false",
                "IpAddress | '0.0.0.0/0' | unknown | false",
                "NotIpAddress | '10.0.0.0/8' | 11.0.0.1 | true",
                "NotIpAddress | '10.0.0.0/8' | none | true",
                "ArnLike | 'arn:aws:iam::1:role/prod-*' | arn:aws:iam::1:role/prod-a:b | true",
                "ArnLike | 'arn:aws:iam::*:role/x' | arn:aws:iam::1:2:role/x | false",
                "ArnEquals | 'arn:aws:iam::1:role/?' | arn:aws:iam::1:role/a | true",
                "ArnNotLike | 'arn:aws:iam::1:role/prod-*' | arn:aws:iam::1:role/dev | true",
                "ArnNotEquals | 'arn:aws:iam::1:role/a' | none | true",
                "Null | 'true' | none | true",
                "Null | 'true' | a | false",
                "Null | 'false' | a | true",
                "Null | 'false' | none | false",
            })
    void anOperatorHolds(String operator, String values, String given, boolean holds) {
        Statement statement = PolicyDocument.parse(
                        ("{'Statement':{'Effect':'Allow','Principal':'*','Action':'*','Condition':{'" + operator
                                        + "':{'oidc:sub':" + values + "}}}}")
                                .replace('\'', '"'))
                .statements()
                .get(0);
        Map<String, List<String>> keys = given == null ? Map.of() : Map.of("OIDC:Sub", List.of(given.split(",")));

        assertThat(statement.appliesTo(new AccessRequest(Principal.ANONYMOUS, "ecr:BatchGetImage", "a/b", keys)))
                .isEqualTo(holds);
    }
}
