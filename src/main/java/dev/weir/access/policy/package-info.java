/**
 * Policies in IAM's words, as ECR takes them, and the decision that they come to. All pure: documents and a request in, a
 * decision out.
 */
@NullMarked
package dev.weir.access.policy;

import org.jspecify.annotations.NullMarked;
