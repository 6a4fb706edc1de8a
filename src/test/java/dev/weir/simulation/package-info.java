/**
 * Many nodes that pull one new image, in virtual time: the decision code is Weir's own, what it runs on (gateway, Lambda, the
 * queue of fills, clients, upstream) is a model with the limits of template.yaml and of AWS's documentation.
 */
package dev.weir.simulation;
