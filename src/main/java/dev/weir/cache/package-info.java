/**
 * The cache itself: how a pull is answered, when a tag is trusted, how a blob comes in. S3 holds what never changes (bytes by
 * digest), DynamoDB what does (tags, links, leases); the pointer is written last.
 */
@NullMarked
package dev.weir.cache;

import org.jspecify.annotations.NullMarked;
