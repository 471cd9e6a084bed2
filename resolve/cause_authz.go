package resolve

// What AuthorizationPolicies make of a call that arrives (5).
const (
	CauseDeniedByDeny     Cause = "denied-by-deny"
	CauseDeniedByAllow    Cause = "denied-by-allow"
	CauseAdmitted         Cause = "admitted"
	CauseAdmissionDepends Cause = "admission-depends"
	CauseAdmissionUnread  Cause = "admission-unread"
	CauseAdmissionUnsure  Cause = "admission-unsure"
)
