package diagnose

import (
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// dialling is a call to the address of a pod, or to a port that no Service has.
type dialling struct {
	clients []*inbound.Workload
	outbound.Connection
}

// dialled are the calls to a port of the server by the address of its pod, each client by itself.
func (c *Case) dialled() (out []dialling) {
	if len(c.Clients) == 0 {
		return []dialling{{nil, path.ToPod(path.Nobody, c.Server, c.ServerPort)}}
	}
	for _, w := range c.Clients {
		if class := c.Mesh.ClassOf(w); class != nil {
			out = append(out, dialling{[]*inbound.Workload{w}, path.ToPod(class, c.Server, c.ServerPort)})
		}
	}
	return out
}
