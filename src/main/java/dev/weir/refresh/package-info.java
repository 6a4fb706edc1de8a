/**
 * Asks upstream for the tags that are due, so that the pull after a release is a hit.
 *
 * <pre>
 * upstream says             the tag                                     the upstream                       event
 * same digest               checked again after its interval
 * another digest            moves, or stays if immutable                                                   MOVED, IMMUTABLE_TAG_MOVED_UPSTREAM
 * 404                       kept and served; checked after 1, 1, 2, 4 … days, at most 30                   GONE_UPSTREAM
 * 401, 403, unusable        kept; checked again within the hour                                            REFRESH_FAILED, once for a rule and hour
 * 429                       kept, still due       circuit open for its Retry-After, 6 h at most            REFRESH_FAILED, likewise
 * 5xx, silence              kept; again after 10 minutes    circuit open after repeated failures           REFRESH_FAILED, likewise
 * ratelimit-remaining low   kept, still due       no refresh in this tick: the rest is for pulls
 * (not asked: no rule)      kept; after half an hour at its time of day, once a day
 * </pre>
 *
 * <p>A tick ends a minute before its function's time is over; what is left is due in the next, first of all, which the tick
 * requests by an event.
 */
@NullMarked
package dev.weir.refresh;

import org.jspecify.annotations.NullMarked;
