package traffic

import (
	"encoding/json"
	"strings"
)

// jsonLine is a line in Istio's default JSON format, with keys that custom formats add.
type jsonLine struct {
	StartTime          word `json:"start_time"`
	Protocol           word `json:"protocol"`
	Flags              word `json:"response_flags"`
	Details            word `json:"response_code_details"`
	TerminationDetails word `json:"connection_termination_details"`
	TransportFailure   word `json:"upstream_transport_failure_reason"`
	ForwardedFor       word `json:"x_forwarded_for"`
	UpstreamHost       word `json:"upstream_host"`
	Cluster            word `json:"upstream_cluster"`
	UpstreamLocal      word `json:"upstream_local_address"`
	Local              word `json:"downstream_local_address"`
	Remote             word `json:"downstream_remote_address"`
	ServerName         word `json:"requested_server_name"`

	PeerURISAN    word `json:"downstream_peer_uri_san"`
	PeerPrincipal word `json:"downstream_peer_principal"`
	PeerSubject   word `json:"downstream_peer"`
	PodName       word `json:"pod_name"`
	PodNamespace  word `json:"pod_namespace"`
}

// word is a JSON string, or whatever else stands there as it is written; null is "-".
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(data []byte) error {
	var text string
	switch {
	case string(data) == "null":
		*w = "-"
	case json.Unmarshal(data, &text) == nil:
		*w = word(text)
	default:
		*w = word(data)
	}
	return nil
}

// parseJSON reads a line that is one JSON object.
func parseJSON(text string) (accessLine, bool) {
	var j jsonLine
	if json.Unmarshal([]byte(text), &j) != nil || j.Cluster == "" && j.Flags == "" {
		return accessLine{}, false
	}
	l := accessLine{
		protocol: string(j.Protocol), flags: string(j.Flags), forwardedFor: string(j.ForwardedFor),
		details:      strings.Join([]string{string(j.Details), string(j.TerminationDetails), string(j.TransportFailure)}, " "),
		upstreamHost: string(j.UpstreamHost), cluster: string(j.Cluster),
		upstreamLocal: string(j.UpstreamLocal), local: string(j.Local), remote: string(j.Remote), serverName: string(j.ServerName),
	}
	for _, name := range []word{j.PeerURISAN, j.PeerPrincipal, j.PeerSubject} {
		if l.principal == "" && strings.HasPrefix(string(name), spiffe) {
			l.principal = string(name)
		}
	}
	if isPodName(string(j.PodName)) && j.PodName != "-" {
		l.pod = string(j.PodName)
		if isPodName(string(j.PodNamespace)) {
			l.namespace = string(j.PodNamespace)
		}
	}
	start, ok := parseTime(string(j.StartTime))
	l.start = start
	return l, ok && l.usable()
}
