/** API Gateway, emulated: REST API, proxy event, TOKEN authorizer and gateway responses, set up from template.yaml. */
@NullMarked
package dev.weir.deployed.gateway;

import org.jspecify.annotations.NullMarked;
