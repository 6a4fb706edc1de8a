package dev.weir.gate;

/** What can be done in a repository. Source: ECR's actions. */
public enum PullAction {
    GET_MANIFEST("ecr:BatchGetImage"),
    GET_BLOB("ecr:GetDownloadUrlForLayer"),
    LIST_TAGS("ecr:ListImages"),
    LIST_REFERRERS("ecr:DescribeImages"),
    /** Make Weir fetch what it does not hold, or ask upstream whether what it holds is current. */
    IMPORT("ecr:BatchImportUpstreamImage");

    private final String wireName;

    PullAction(String wireName) {
        this.wireName = wireName;
    }

    /** As policies have it. */
    @Override
    public String toString() {
        return wireName;
    }
}
