package dev.weir.access.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDocumentTest {
    private static final String WHO_WHAT = "'Effect':'Deny','Principal':'*','Action':'*'";

    /** The statement stands at {@code $.Statement[0]}. */
    @ParameterizedTest(name = "{0} is refused at {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'Effect':'deny','Principal':'*','Action':'*' | $.Statement[0].Effect | allowed is Allow or Deny",
                "'Principal':'*','Action':'*' | $.Statement[0] | Effect is missing",
                "'Effect':'Deny','Action':'*' | $.Statement[0] | Principal is missing",
                "'Effect':'Deny','NotPrincipal':'*','Action':'*' | $.Statement[0] | NotPrincipal",
                "'Effect':'Deny','Principal':'*','Action':'*','NotResource':'x' | $.Statement[0] | NotResource",
                "'Effect':'Deny','Principal':'*' | $.Statement[0] | exactly one of Action and NotAction",
                "'Effect':'Deny','Principal':'*','Action':'*','NotAction':'*' | $.Statement[0] | exactly one",
                "'Effect':'Deny','Principal':'*','Action':'s3:Get' | $.Statement[0].Action | a service and an action",
                "'Effect':'Deny','Principal':'*','Action':['ecr:*','pull'] | $.Statement[0].Action[1] | a service",
                "'Effect':'Deny','Principal':'*','Action':[] | $.Statement[0].Action | at least one",
                "'Effect':'Deny','Principal':'ci','Action':'*' | $.Statement[0].Principal | weir:user/<name>",
                "'Effect':'Deny','Principal':{'Service':'x'},'Action':'*' | $.Statement[0].Principal.Service | AWS",
                "'Effect':'Deny','Principal':{},'Action':'*' | $.Statement[0].Principal | about someone",
                "'Effect':'Deny','Principal':{'AWS':7},'Action':'*' | $.Statement[0].Principal.AWS | a string",
                "'Effect':'Deny','Principal':'*','Action':'*','Resources':'*' | $.Statement[0].Resources | Resource",
                "'Effect':'Deny','Principal':'*','Action':'*','Resource':'a/${x}' | $.Statement[0].Resource | variables",
                "'Sid':'a;b','Effect':'Deny','Principal':'*','Action':'*' | $.Statement[0].Sid | letters",
            })
    void aStatementThatIsNotUnderstoodIsRefused(String statement, String path, String says) {
        refused("{'Statement':[{" + statement + "}]}", path, says);
    }

    @ParameterizedTest(name = "{0} is refused at {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'StringEqual':{'weir:Rule':'a'}} | .StringEqual | no such condition operator",
                "{'NumericNotLessThan':{'weir:Rule':'a'}} | .NumericNotLessThan | no such condition operator",
                "{'NullIfExists':{'weir:Rule':'true'}} | .NullIfExists | no such condition operator",
                "{'ForAnyValue:Null':{'weir:Rule':'true'}} | ['ForAnyValue:Null'] | no such condition operator",
                "{'ForSomeValues:StringEquals':{'weir:Rule':'a'}} | ['ForSomeValues:StringEquals'] | no such",
                "{'StringEquals':{'weir:Age':'a'}} | .StringEquals['weir:Age'] | no such condition key",
                "{'StringEquals':{'aws:username':'a'}} | .StringEquals['aws:username'] | no such condition key",
                "{'NumericLessThan':{'weir:FirstSeenHours':'3d'}} | .NumericLessThan['weir:FirstSeenHours'] | number",
                "{'DateLessThan':{'aws:CurrentTime':'soon'}} | .DateLessThan['aws:CurrentTime'] | is not a time",
                "{'Bool':{'weir:Cached':'yes'}} | .Bool['weir:Cached'] | true or false",
                "{'IpAddress':{'aws:SourceIp':'10.0.0.0/33'}} | .IpAddress['aws:SourceIp'] | a range",
                "{'IpAddress':{'aws:SourceIp':'10.0.0'}} | .IpAddress['aws:SourceIp'] | a range",
                "{'IpAddress':{'aws:SourceIp':'localhost'}} | .IpAddress['aws:SourceIp'] | a range",
                "{'ArnLike':{'aws:PrincipalArn':'role/*'}} | .ArnLike['aws:PrincipalArn'] | an ARN",
                "{'Null':{'weir:Rule':'maybe'}} | .Null['weir:Rule'] | true or false",
                "{'StringLike':{'oidc:sub':'${aws:username}'}} | .StringLike['oidc:sub'] | variables",
                "{'StringLike':{'oidc:sub':{}}} | .StringLike['oidc:sub'] | a string is needed",
                "{'StringLike':'a'} | .StringLike | an object is needed",
            })
    void aConditionThatIsNotUnderstoodIsRefused(String condition, String path, String says) {
        refused(
                "{'Statement':[{" + WHO_WHAT + ",'Condition':" + condition + "}]}",
                "$.Statement[0].Condition" + path,
                says);
    }

    @ParameterizedTest(name = "{0} is refused at {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | $ | not JSON",
                "{} {} | $ | not JSON",
                "[] | $ | an object is needed",
                "{} | $ | Statement is missing",
                "{'Statement':[],'Statment':[]} | $.Statment | no such member",
                "{'Statement':[]} | $.Statement | at least one element",
                "{'Version':'2020-01-01','Statement':[]} | $.Version | 2012-10-17",
                "{'Statement':[{'Effect':'Allow','Effect':'Deny','Principal':'*','Action':'*'}]} | $ | stands twice",
            })
    void aDocumentThatIsNotUnderstoodIsRefused(String document, String path, String says) {
        refused(document, path, says);
    }

    @Test
    void twoStatementsOfOneSidAreRefused() {
        String statement = "{'Sid':'a'," + WHO_WHAT + "}";
        refused("{'Statement':[" + statement + "," + statement + "]}", "$.Statement[1]", "another statement's");
    }

    @Test
    void aDocumentOfMoreThan10240BytesIsRefused() {
        refused(
                "{'Id':'" + "x".repeat(PolicyDocument.MAX_BYTES) + "','Statement':[{" + WHO_WHAT + "}]}",
                "$",
                "allowed are 10240");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token.actions.githubusercontent.com:sub",
                "gitlab.example.org:8443:aud",
                "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123:sub",
                "kubernetes.io:namespace",
                "oidc:kubernetes.io/namespace",
                "oidc:repository_owner",
                "AWS:principalarn",
            })
    void theKeysOfAnIdentitysTokenAreKnown(String key) {
        assertThat(ConditionKeys.isKnown(key)).isTrue();
    }

    @Test
    void aDocumentTellsWhichValuesItComparesAKeyWith() {
        PolicyDocument document = PolicyDocument.parse(("{'Statement':[{" + WHO_WHAT
                        + ",'Condition':{'NumericLessThan':{'weir:FirstSeenHours':['72','24']}}}]}")
                .replace('\'', '"'));

        assertThat(document.valuesOf("weir:FirstSeenHours")).containsExactly("24", "72");
        assertThat(document.asksAbout("weir:Platform")).isFalse();
    }

    private static void refused(String document, String path, String says) {
        assertThatThrownBy(() -> PolicyDocument.parse(document.replace('\'', '"')))
                .isInstanceOfSatisfying(MalformedPolicyException.class, e -> assertThat(e.path())
                        .isEqualTo(path))
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(says);
    }
}
