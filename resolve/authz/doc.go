// Package authz says what AuthorizationPolicies make of a call that shows no identity:
// which of them a workload's proxy enforces, and whether their rules match, deny or let
// in what comes as plaintext (rulebook 5). It never asks who calls, which paths or tokens
// a call has, or whether an identity is the right one: those answers stay Maybe.
package authz
