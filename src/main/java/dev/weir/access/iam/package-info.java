/**
 * Principals of AWS IAM. A client proves who it is by a request to AWS STS that it has signed and not sent: Weir checks every part of it,
 * sends it, and believes STS.
 */
@NullMarked
package dev.weir.access.iam;

import org.jspecify.annotations.NullMarked;
