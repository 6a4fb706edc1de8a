/** The parts of AWS that have no embedded emulator (Secrets Manager, EventBridge), and the calls of AWS that functions made. */
@NullMarked
package dev.weir.deployed.aws;

import org.jspecify.annotations.NullMarked;
