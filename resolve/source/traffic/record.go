package traffic

import (
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// record is a Traffic as a file has it. What metrics do not have is left out where it is
// not there.
type record struct {
	APIVersion          string        `json:"apiVersion"`
	Kind                string        `json:"kind"`
	Source              string        `json:"source"`
	From                time.Time     `json:"from"`
	To                  time.Time     `json:"to"`
	Missing             []string      `json:"missing"`
	Reporters           []reporter    `json:"reporters,omitzero"`
	HandshakesCollected bool          `json:"handshakesCollected,omitzero"`
	Failures            []failureItem `json:"failures,omitempty"`
	Items               []item        `json:"items"`
}

// reporter is one of those whose word the record is.
type reporter struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Pod       string `json:"pod"`
	Address   string `json:"address"`
}

// between is who called whom. The names are "" for what the source cannot name.
type between struct {
	ClientNamespace      string `json:"clientNamespace"`
	Client               string `json:"client"`
	ClientPod            string `json:"clientPod,omitzero"`
	ClientAddress        string `json:"clientAddress,omitzero"`
	ClientServiceAccount string `json:"clientServiceAccount,omitzero"`
	ServerNamespace      string `json:"serverNamespace"`
	Server               string `json:"server"`
	ServerPod            string `json:"serverPod,omitzero"`
	ServerAddress        string `json:"serverAddress,omitzero"`
	Port                 int32  `json:"port,omitzero"`
	ServiceNamespace     string `json:"serviceNamespace"`
	Service              string `json:"service"`
	ServicePort          int32  `json:"servicePort,omitzero"`
}

// item is an Edge as a file has it.
type item struct {
	between
	Protocol evidence.Wire    `json:"protocol"`
	Security resolve.Security `json:"security"`
	Count    float64          `json:"count"`
	LastSeen time.Time        `json:"lastSeen"`
}

// failureItem is a Failure as a file has it.
type failureItem struct {
	between
	Failure  evidence.FailureKind `json:"failure"`
	Detail   string               `json:"detail,omitzero"`
	Count    float64              `json:"count"`
	LastSeen time.Time            `json:"lastSeen"`
}

func recordOf(t *evidence.Traffic) record {
	r := record{
		APIVersion: apiVersion, Kind: kind, Source: t.Source, From: t.From.UTC(), To: t.To.UTC(), Missing: append([]string{}, t.Missing...),
		HandshakesCollected: t.HandshakesCollected, Items: []item{},
	}
	if t.Reporters != nil {
		r.Reporters = []reporter{}
	}
	for _, p := range t.Reporters {
		r.Reporters = append(r.Reporters, reporter{p.Namespace, p.Name, p.Pod, p.Address})
	}
	for _, f := range t.Failures {
		r.Failures = append(r.Failures, failureItem{betweenOf(f.Client, f.Server, f.Service, f.ServicePort, f.Port), f.Kind, f.Detail, f.Count, f.LastSeen.UTC()})
	}
	for _, e := range t.Edges {
		r.Items = append(r.Items, item{betweenOf(e.Client, e.Server, e.Service, e.ServicePort, e.Port), e.Protocol, e.Security, e.Count, e.LastSeen.UTC()})
	}
	return r
}

func (r record) traffic() *evidence.Traffic {
	t := &evidence.Traffic{Source: r.Source, From: r.From, To: r.To, Missing: r.Missing, HandshakesCollected: r.HandshakesCollected}
	if r.Reporters != nil {
		t.Reporters = []resolve.Peer{}
	}
	for _, p := range r.Reporters {
		t.Reporters = append(t.Reporters, p.peer())
	}
	for _, i := range r.Items {
		t.Edges = append(t.Edges, i.edge())
	}
	for _, i := range r.Failures {
		t.Failures = append(t.Failures, i.failure())
	}
	return t
}

func (r reporter) peer() resolve.Peer {
	return resolve.Peer{Namespace: r.Namespace, Name: r.Name, Pod: r.Pod, Address: r.Address}
}

func betweenOf(client, server, service resolve.Peer, servicePort, port int32) between {
	return between{
		client.Namespace, client.Name, client.Pod, client.Address, client.ServiceAccount,
		server.Namespace, server.Name, server.Pod, server.Address, port, service.Namespace, service.Name, servicePort,
	}
}

func (b between) client() resolve.Peer {
	return resolve.Peer{Namespace: b.ClientNamespace, Name: b.Client, Pod: b.ClientPod, Address: b.ClientAddress, ServiceAccount: b.ClientServiceAccount}
}

func (b between) server() resolve.Peer {
	return resolve.Peer{Namespace: b.ServerNamespace, Name: b.Server, Pod: b.ServerPod, Address: b.ServerAddress}
}

func (b between) service() resolve.Peer {
	return resolve.Peer{Namespace: b.ServiceNamespace, Name: b.Service}
}

func (i item) edge() evidence.Edge {
	return evidence.Edge{
		Client: i.client(), Server: i.server(), Service: i.service(), ServicePort: i.ServicePort, Port: i.Port,
		Protocol: i.Protocol, Security: i.Security, Count: i.Count, LastSeen: i.LastSeen,
	}
}

func (i failureItem) failure() evidence.Failure {
	return evidence.Failure{
		Client: i.client(), Server: i.server(), Service: i.service(), ServicePort: i.ServicePort, Port: i.Port,
		Kind: i.Failure, Detail: i.Detail, Count: i.Count, LastSeen: i.LastSeen,
	}
}
