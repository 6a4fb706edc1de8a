/**
 * Verifies requests that a client signed by AWS Signature Version 4, as the AWS CLI, the SDKs and Terraform do.
 *
 * <p>Source: IAM user guide, "AWS Signature Version 4 for API requests".
 */
@NullMarked
package dev.weir.access.sigv4;

import org.jspecify.annotations.NullMarked;
