/** Weir on one machine, with nothing but a JDK: an HTTP server, a table in a file (MVStore), a folder of blobs. */
@NullMarked
package dev.weir.local;

import org.jspecify.annotations.NullMarked;
