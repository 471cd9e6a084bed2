// Package authz compares what mtlsctl says of AuthorizationPolicies and calls without
// identity with what istiod makes of them: the RBAC that it generates, asked about
// requests, and its validation.
package authz
