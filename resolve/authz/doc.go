// Package authz says what AuthorizationPolicies make of a call that arrives: which of them a
// workload's proxy enforces, and whether their rules match, deny or let in a caller with an
// identity, or without one (rulebook 5). It never asks which paths, tokens or addresses a call
// has: those answers stay Maybe.
package authz
