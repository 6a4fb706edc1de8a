/**
 * The sign-in of the admin API: two operations of AWS STS under {@code /sts}, for the stock AWS CLI, SDKs, Terraform and kubelet's
 * {@code ecr-credential-provider}. Nothing is stored: a session's keys are recomputed from its token.
 *
 * <p>Source: AWS STS API reference; the Query protocol, as botocore's {@code data/sts/2011-06-15/service-2.json} describes it.
 */
@NullMarked
package dev.weir.control.sts;

import org.jspecify.annotations.NullMarked;
