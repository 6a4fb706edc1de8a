package dev.weir.control;

import dev.weir.oci.Printable;
import dev.weir.oci.RepositoryName;
import dev.weir.rules.RepositoryPrefix;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What this registry is called in ECR's words.
 *
 * @param account the stack's account, of twelve digits; ECR's {@code registryId}
 * @param url that clients reach this registry at, such as {@code https://weir.example.org} or {@code http://localhost:5000}
 */
public record RegistryIdentity(String partition, String region, String account, URI url) {
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final String REPOSITORY = "repository/";
    private static final String RULE = "pull-through-cache-rule/";

    public RegistryIdentity {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new IllegalArgumentException(
                    "account '" + Printable.of(account) + "': allowed are twelve digits, as the AWS account has");
        }
    }

    /** That of a registry which clients reach by https, as all are in AWS. */
    public static RegistryIdentity ofHost(String partition, String region, String account, String host) {
        return new RegistryIdentity(partition, region, account, URI.create("https://" + host));
    }

    /** What clients write before a repository: the URL without its scheme. */
    public String host() {
        return url.getRawAuthority();
    }

    /** {@code arn:aws:ecr:eu-west-1:111122223333:repository/quay/a/b}. */
    public String repositoryArn(RepositoryName repository) {
        return arnOf(REPOSITORY + repository);
    }

    /** What the ARNs of all repositories begin with. */
    public String repositoryArns() {
        return arnOf(REPOSITORY);
    }

    /** {@code arn:aws:ecr:eu-west-1:111122223333:pull-through-cache-rule/quay}: what tags of a rule are put on. */
    public String ruleArn(RepositoryPrefix prefix) {
        return arnOf(RULE + prefix);
    }

    /** What the ARNs of all rules begin with. */
    String ruleArns() {
        return arnOf(RULE);
    }

    /** The prefix of a rule's ARN; empty when it is not a rule's of this registry. */
    Optional<String> prefixOfRuleArn(String arn) {
        return after(arnOf(RULE), arn);
    }

    /** The name of a repository's ARN; empty when it is not a repository's of this registry. */
    Optional<String> nameOfRepositoryArn(String arn) {
        return after(arnOf(REPOSITORY), arn);
    }

    private static Optional<String> after(String start, String arn) {
        return arn.startsWith(start) ? Optional.of(arn.substring(start.length())) : Optional.empty();
    }

    private String arnOf(String resource) {
        return "arn:" + partition + ":ecr:" + region + ":" + account + ":" + resource;
    }
}
