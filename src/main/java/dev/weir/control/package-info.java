/**
 * The admin API: ECR's JSON 1.1 API under {@code /ecr}, for the stock AWS CLI, SDKs and Terraform.
 *
 * <p>The way of a request: {@link dev.weir.control.ControlHandler} picks the service by the path; {@link
 * dev.weir.control.EcrHandler} verifies who calls, checks the input against {@link dev.weir.control.EcrModel} and runs one {@link
 * dev.weir.control.Operation}. One class for each kind of resource holds its operations.
 *
 * <p>Source: botocore's model of ECR, {@code data/ecr/2015-09-21/service-2.json}, Apache License 2.0.
 */
@NullMarked
package dev.weir.control;

import org.jspecify.annotations.NullMarked;
