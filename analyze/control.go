package analyze

// Control is a requirement of a compliance framework that a finding bears on. It says
// where an auditor looks, not that the requirement is failed.
type Control struct {
	// Framework is its name and version: "NIST SP 800-53 rev 5".
	Framework string
	// ID is the requirement's own: "SC-8".
	ID string
}

// String names the control: "NIST SP 800-53 rev 5 SC-8".
func (c Control) String() string { return c.Framework + " " + c.ID }
