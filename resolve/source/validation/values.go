package validation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
)

// duration checks a time that has to be at least a millisecond, in whole ones. nil
// is none.
func (r *report) duration(d *durationpb.Duration, at *place) {
	if d == nil {
		return
	}
	if t := d.AsDuration(); t < time.Millisecond || t%time.Millisecond != 0 {
		r.add(CauseValue, at, fmt.Sprintf("duration %s is not a whole number of milliseconds, at least 1ms", t))
	}
}

func isPort(n uint32) bool { return n >= 1 && n <= 65535 }

func (r *report) port(n uint32, at *place) {
	if !isPort(n) {
		r.add(CausePort, at, fmt.Sprintf("%d is not a port number from 1 to 65535", n))
	}
}

func (r *report) portName(name string, at *place) {
	if !isLabel(name) {
		r.add(CausePort, at, fmt.Sprintf("port name %s is not valid: letters, digits and - are", Quoted(name)))
	}
}

// protocols are those that Istio knows, in lower case.
var protocols = []string{"tcp", "udp", "grpc", "grpc-web", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"}

func isProtocol(name string) bool { return slices.Contains(protocols, strings.ToLower(name)) }

func isHTTP(protocol string) bool {
	return slices.Contains([]string{"http", "http2", "http_proxy", "grpc", "grpc-web"}, strings.ToLower(protocol))
}

func isTLS(protocol string) bool {
	return slices.Contains([]string{"https", "tls"}, strings.ToLower(protocol))
}

// protocol checks one that may be left out.
func (r *report) protocol(name string, at *place) {
	if name != "" && !isProtocol(name) {
		r.add(CausePort, at, fmt.Sprintf("protocol %s is unknown", Quoted(name)))
	}
}

func (r *report) subnet(s string, at *place) {
	if !isSubnet(s) {
		r.add(CauseAddress, at, fmt.Sprintf("%s is neither an IP address nor a CIDR block", Quoted(s)))
	}
}

// host checks one by a function of hosts.go.
func (r *report) host(bad string, at *place) {
	if bad != "" {
		r.add(CauseHost, at, bad)
	}
}

func (r *report) percent(n int32, at *place) {
	if n < 0 || n > 100 {
		r.add(CauseValue, at, fmt.Sprintf("%d is not a percentage from 0 to 100", n))
	}
}

// atLeastZero checks a number that cannot be negative.
func (r *report) atLeastZero(n int32, at *place) {
	if n < 0 {
		r.add(CauseValue, at, fmt.Sprintf("%d is negative", n))
	}
}

const (
	namePart  = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
	labelPart = "[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?"
)

var (
	labelKey   = regexp.MustCompile(`^(` + labelPart + `(?:\.` + labelPart + `)*/)?(` + namePart + `)$`)
	labelValue = regexp.MustCompile("^(" + namePart + ")?$")
)

// labels checks labels of an Istio object, for which Istio has rules of its own.
func (r *report) labels(labels map[string]string, at *place) {
	for key, value := range labels {
		parts := labelKey.FindStringSubmatch(key)
		if parts == nil || len(parts[1]) > 254 || len(parts[2]) > longestLabel {
			r.add(CauseLabel, at.child(key), fmt.Sprintf("label key %s is not valid", Quoted(key)))
		}
		if !labelValue.MatchString(value) {
			r.add(CauseLabel, at.child(key), fmt.Sprintf("label value %s is not valid", Quoted(value)))
		}
	}
}

// selector checks labels that select workloads.
func (r *report) selector(labels map[string]string, at *place) {
	for key, value := range labels {
		switch {
		case key == "":
			r.add(CauseSelector, at, "a label key in a selector cannot be empty")
		case !withoutStar(key) || !withoutStar(value):
			r.add(CauseSelector, at.child(key), "a selector cannot hold *")
		}
	}
}
