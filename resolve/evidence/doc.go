// Package evidence is who was seen calling whom: a record of traffic, under the names that a
// Mesh gives to its pods, addresses and service accounts.
package evidence
