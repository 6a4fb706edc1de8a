/** The stack of template.yaml without AWS: a gateway, functions as processes of the packaged artifact, small stand-ins of services. */
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
