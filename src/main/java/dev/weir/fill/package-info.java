/**
 * Brings content from an upstream into the content store, verified against its digest, and links it to the repository that
 * asked for it.
 *
 * <p>In AWS a fill that is requested by event passes Lambda's queue. A manifest requests no more fills ahead than may run at a
 * time ({@code FillConcurrency}). What is requested beyond, by other manifests, is throttled: Lambda tries it again after 1 second,
 * then after twice as long each time up to 5 minutes, and gives it up after an hour. A pull that waits for one of these blobs
 * requests it anew every 30 seconds, and that request is tried at once; a request for a blob that is there or being filled does
 * nothing. So prefetching many images delays a layer that a client waits for by the fills that run, and not by the queue.
 *
 * <p>Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
@NullMarked
package dev.weir.fill;

import org.jspecify.annotations.NullMarked;
