package dump

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

type address struct {
	Socket struct {
		Address word
		Port    json.Number `json:"portvalue"`
	} `json:"socketaddress"`
	Internal *struct {
		ID word `json:"endpointid"`
	} `json:"envoyinternaladdress"`
}

func (a *address) port() int32 {
	n, err := a.Socket.Port.Int64()
	if err != nil || n < 0 || n > 65535 {
		return 0
	}
	return int32(n)
}

type listener struct {
	Name      word
	Address   address
	Others    []struct{ Address address } `json:"additionaladdresses"`
	Direction word                        `json:"trafficdirection"`
	Chains    []chain                     `json:"filterchains"`
	Default   *chain                      `json:"defaultfilterchain"`
	// Context is what API v2 had in the place of a socket.
	Context json.RawMessage `json:"tlscontext"`
}

type chain struct {
	Name  word
	Match struct {
		Port      json.RawMessage `json:"destinationport"`
		Transport word            `json:"transportprotocol"`
		Names     []word          `json:"servernames"`
	} `json:"filterchainmatch"`
	Socket  *socket         `json:"transportsocket"`
	Context json.RawMessage `json:"tlscontext"`
}

// failure is Envoy's error_state.
type failure struct {
	Details word
	At      word `json:"lastupdateattempt"`
}

// listenerEntry is one of the list of a dump: dynamic, static, or the listener alone as istioctl
// prints it.
type listenerEntry struct {
	Name   word
	Active *struct {
		Listener *listener
		Updated  word `json:"lastupdated"`
	} `json:"activestate"`
	Failed   *failure  `json:"errorstate"`
	Listener *listener `json:"listener"`
	Updated  word      `json:"lastupdated"`
}

// listeners reads one entry of a list of listeners.
func (f *file) listeners(static bool) reader {
	return func(text json.RawMessage) error {
		f.envoy.Has.Listeners = true
		var e listenerEntry
		if err := into(text, &e); err != nil {
			return fmt.Errorf("a listener: %w", err)
		}
		if e.Failed != nil && e.Failed.Details != "" {
			f.envoy.Rejected = append(f.envoy.Rejected, proxy.Rejection{What: "listener", Name: string(e.Name), Details: string(e.Failed.Details), At: moment(e.Failed.At)})
		}
		f.updated(e.Updated)
		l := e.Listener
		if e.Active != nil {
			l = e.Active.Listener
			f.updated(e.Active.Updated)
		}
		if l == nil {
			return nil // it is warming: nothing listens yet
		}
		return f.listener(l, static)
	}
}

func (f *file) listener(l *listener, static bool) error {
	out := proxy.Listener{Name: string(l.Name), Port: l.Address.port(), Inbound: l.Direction == "INBOUND", Static: static}
	chains := l.Chains
	if l.Default != nil {
		chains = append(chains, *l.Default)
	}
	for i := range chains {
		c := &chains[i]
		if c.Context != nil || l.Context != nil {
			return errOldAPI
		}
		one := proxy.Chain{Name: string(c.Name), Port: portOf(c.Match.Port), Transport: string(c.Match.Transport), Default: l.Default != nil && i == len(chains)-1}
		for _, name := range c.Match.Names {
			one.Names = append(one.Names, string(name))
		}
		one.TLS, one.Opaque = c.Socket.server()
		out.Chains = append(out.Chains, one)
	}
	f.envoy.Listeners = append(f.envoy.Listeners, out)
	for i := range l.Others {
		if port := l.Others[i].Address.port(); port != out.Port {
			other := out
			other.Port = port
			f.envoy.Listeners = append(f.envoy.Listeners, other)
		}
	}
	return nil
}

// portOf reads a port, as protobuf's wrappers are written too.
func portOf(text json.RawMessage) int32 {
	var n struct{ Value json.Number }
	if len(text) > 0 && text[0] == '{' {
		_ = json.Unmarshal(text, &n) // what is no port is none
	} else {
		_ = json.Unmarshal(text, &n.Value)
	}
	a := address{}
	a.Socket.Port = n.Value
	return a.port()
}

// moment is a time of a dump, zero for what is none.
func moment(text word) time.Time {
	at, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return time.Time{}
	}
	return at
}

func (f *file) updated(text word) {
	if at := moment(text); at.After(f.envoy.Updated) {
		f.envoy.Updated = at
	}
}
