/** Upstream credentials and users in AWS Secrets Manager. */
@NullMarked
package dev.weir.aws.secretsmanager;

import org.jspecify.annotations.NullMarked;
