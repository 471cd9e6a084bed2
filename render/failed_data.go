package render

import (
	"time"

	"github.com/mtlsctl/mtlsctl/render/wire"
)

func (v Connections) wireFailures() []wire.ConnectionFailure {
	list := []wire.ConnectionFailure{}
	for _, f := range v.Calls.Failures() {
		list = append(list, wire.ConnectionFailure{
			Failure: string(f.Kind), Client: wire.ConnectionPeer(f.Client), Server: wire.ConnectionPeer(f.Server), Service: wire.ConnectionPeer(f.Service),
			ServicePort: f.ServicePort, Port: f.Port, Detail: f.Detail, Count: f.Count, LastSeen: f.LastSeen.UTC().Format(time.RFC3339),
		})
	}
	return list
}
