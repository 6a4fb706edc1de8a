package dev.weir.access;

import java.time.Duration;

/**
 * One of Weir's own roles, as an identity that it trusts gets it.
 *
 * @param principal named {@code arn:<partition>:iam::<account>:role/weir/<name>}, with the identity's condition keys
 * @param longestSession from 15 minutes to 12 hours
 */
public record AssumableRole(Principal principal, Duration longestSession) {}
