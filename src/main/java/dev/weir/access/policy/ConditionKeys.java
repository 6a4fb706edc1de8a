package dev.weir.access.policy;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The condition keys there are. Their names count without their case.
 *
 * <p>Shape: IAM's own and Weir's by name; {@code oidc:<claim>} and {@code <issuer host>[/<path>]:<claim>} for whatever an
 * identity's token says.
 */
public final class ConditionKeys {
    public static final String PRINCIPAL_ARN = "aws:PrincipalArn";
    public static final String PRINCIPAL_ACCOUNT = "aws:PrincipalAccount";
    public static final String SOURCE_IP = "aws:SourceIp";
    public static final String CURRENT_TIME = "aws:CurrentTime";
    public static final String FEDERATED_PROVIDER = PrincipalPattern.PROVIDER_KEY;
    /** Whether what is asked for is in the cache: {@code true} or {@code false}. */
    public static final String CACHED = "weir:Cached";
    /** How many hours ago this Weir first saw the digest in the repository; missing when it has not, or its record is lost. */
    public static final String FIRST_SEEN_HOURS = "weir:FirstSeenHours";

    public static final String IMAGE_TAG = "weir:ImageTag";
    public static final String IMAGE_DIGEST = "weir:ImageDigest";
    /** {@code host[:port]} of the rule's upstream. */
    public static final String UPSTREAM_REGISTRY = "weir:UpstreamRegistry";
    /** The rule's repository prefix. */
    public static final String RULE = "weir:Rule";
    /** {@code os/architecture[/variant]} of an image that an index has named so. */
    public static final String PLATFORM = "weir:Platform";

    private static final Set<String> KNOWN = Set.of(
            "aws:principalarn",
            "aws:principalaccount",
            "aws:sourceip",
            "aws:currenttime",
            "aws:federatedprovider",
            "aws:userid",
            "weir:cached",
            "weir:firstseenhours",
            "weir:imagetag",
            "weir:imagedigest",
            "weir:upstreamregistry",
            "weir:rule",
            "weir:platform");

    private static final Pattern CLAIM = Pattern.compile(
            "(oidc|kubernetes\\.io|[a-z0-9-]+(\\.[a-z0-9-]+)+(:[0-9]{1,5})?(/[a-z0-9._~/-]*)?):[a-z0-9_.:/-]{1,128}");

    private ConditionKeys() {}

    static boolean isKnown(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return KNOWN.contains(name) || CLAIM.matcher(name).matches();
    }
}
