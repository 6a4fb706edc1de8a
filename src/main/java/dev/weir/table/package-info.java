/**
 * The one table that holds everything that changes: the port {@link dev.weir.table.Table}, the values that it takes and gives, and
 * {@link dev.weir.table.TableLayout}, which draws what is stored under which key.
 *
 * <p>The values name no cloud: a {@link dev.weir.table.Condition} and an {@link dev.weir.table.Update} are data, which one adapter turns
 * into DynamoDB's expressions and another applies itself. {@code TableContract} runs the same tests on every adapter.
 */
@NullMarked
package dev.weir.table;

import org.jspecify.annotations.NullMarked;
