package words

import "github.com/mtlsctl/mtlsctl/resolve"

// admission is what AuthorizationPolicies make of a call that arrives.
var admission = map[resolve.Cause]entry{
	resolve.CauseDeniedByDeny:     {"5.3", "{by} has action DENY and matches a call from {name}"},
	resolve.CauseDeniedByAllow:    {"5.3", "{by} has action ALLOW and no rule that matches a call from {name}"},
	resolve.CauseAdmitted:         {"5.3", "the AuthorizationPolicies of {text} allow a call from {name}"},
	resolve.CauseAdmissionDepends: {"5.3", "whether the AuthorizationPolicies of {text} allow a call from {name} depends on more than who calls: the request, addresses, or an external authorizer"},
	resolve.CauseAdmissionUnread:  {"1.13", "AuthorizationPolicies could not be read, so the call may be denied"},
	resolve.CauseAdmissionUnsure:  {"1.13", "whether the AuthorizationPolicies of {text} allow the call depends on the identity that it shows, which the input does not show"},
}
