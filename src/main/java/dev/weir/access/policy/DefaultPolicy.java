package dev.weir.access.policy;

/** The policy of a registry to which nobody has put one: whoever is let in may pull, and make Weir fetch what it doesn't hold. */
public final class DefaultPolicy {
    public static final PolicyDocument DOCUMENT = PolicyDocument.parse("""
                    {
                      "Version": "2012-10-17",
                      "Id": "weir-default",
                      "Statement": [
                        {
                          "Sid": "AuthenticatedMayPullAndImport",
                          "Effect": "Allow",
                          "Principal": "*",
                          "Action": [
                            "ecr:BatchGetImage",
                            "ecr:GetDownloadUrlForLayer",
                            "ecr:ListImages",
                            "ecr:DescribeImages",
                            "ecr:BatchImportUpstreamImage"
                          ],
                          "Resource": "*"
                        }
                      ]
                    }
                    """).labelled("registry policy");

    private DefaultPolicy() {}
}
