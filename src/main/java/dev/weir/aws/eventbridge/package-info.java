/** Sends the events of the cache to Amazon EventBridge. */
@NullMarked
package dev.weir.aws.eventbridge;

import org.jspecify.annotations.NullMarked;
