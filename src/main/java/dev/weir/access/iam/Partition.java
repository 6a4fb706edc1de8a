package dev.weir.access.iam;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A part of AWS with accounts of its own, and its STS hosts. The list is closed: a new region is added here.
 *
 * <p>Source: AWS General Reference, "AWS Security Token Service endpoints"; the SDKs' partitions.json.
 */
public enum Partition {
    AWS(
            "aws",
            "amazonaws.com",
            "api.aws",
            Set.of("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
            "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1"
                    + " ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1"
                    + " ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3"
                    + " il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"),
    CHINA("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", Set.of(), "cn-north-1 cn-northwest-1"),
    GOV_CLOUD("aws-us-gov", "amazonaws.com", "api.aws", Set.of(), "us-gov-east-1 us-gov-west-1");

    private static final String GLOBAL_HOST = "sts.amazonaws.com";
    private static final String GLOBAL_REGION = "us-east-1";

    private final String id;
    private final String domain;
    private final String dualStackDomain;
    // Set.of's sets don't change, which Error Prone can't see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<String> fipsRegions;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<String> regions;

    Partition(String id, String domain, String dualStackDomain, Set<String> fipsRegions, String regions) {
        this.id = id;
        this.domain = domain;
        this.dualStackDomain = dualStackDomain;
        this.fipsRegions = fipsRegions;
        this.regions = Set.of(regions.split(" "));
    }

    /** As ARNs have it: {@code aws}, {@code aws-cn}, {@code aws-us-gov}. */
    public String id() {
        return id;
    }

    /** The partition of a region, {@link #AWS} for one that is not listed. */
    public static Partition ofRegion(String region) {
        return Arrays.stream(values())
                .filter(one -> one.regions.contains(region))
                .findFirst()
                .orElse(AWS);
    }

    /** The region that requests to this host are signed for; empty if it is not an STS host of this partition. */
    Optional<String> regionOfStsHost(String host) {
        if (this == AWS && host.equals(GLOBAL_HOST)) {
            return Optional.of(GLOBAL_REGION);
        }
        return regions.stream()
                .filter(region -> host.equals("sts." + region + "." + domain)
                        || host.equals("sts." + region + "." + dualStackDomain)
                        || (fipsRegions.contains(region)
                                && (host.equals("sts-fips." + region + "." + domain)
                                        || host.equals("sts-fips." + region + "." + dualStackDomain))))
                .findFirst();
    }
}
