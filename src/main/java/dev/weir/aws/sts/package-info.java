/** Sessions of IAM roles, from AWS STS. */
@NullMarked
package dev.weir.aws.sts;

import org.jspecify.annotations.NullMarked;
