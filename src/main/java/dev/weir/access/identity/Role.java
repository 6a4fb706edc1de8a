package dev.weir.access.identity;

import dev.weir.access.policy.PolicyDocument;
import java.time.Duration;

/**
 * One of Weir's own roles.
 *
 * @param trust whom it lets assume it
 * @param longestSession from 15 minutes to 12 hours
 */
public record Role(PolicyDocument trust, Duration longestSession) {}
