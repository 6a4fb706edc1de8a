/** The audit log: what was decided about whom, a line each. Any part may write one; none reads them. */
@NullMarked
package dev.weir.audit;

import org.jspecify.annotations.NullMarked;
