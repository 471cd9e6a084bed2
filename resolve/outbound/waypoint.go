package outbound

// waypoint forwards what ambient pods sent, as gateways do: it is no client of its own.
type waypoint struct{ gateway }

func (waypoint) traits() traits { return traits{proxied: true, rules: true, relays: true} }
