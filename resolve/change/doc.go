// Package change is what kubectl does to the objects of a cluster: apply, replace, delete and
// prune, and what that does to pods and to EndpointSlices. A Change becomes the Deltas from
// which a Mesh makes the next one.
package change
