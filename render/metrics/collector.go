package metrics

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// MaxPairs is of how many pairs of namespaces the calls are counted apart, the worst first; those
// of all others are one pair, whose namespaces are Other.
const MaxPairs = 1000

// Other stands for the namespaces beyond MaxPairs. It is no name that a namespace can have.
const Other = "_other"

// descriptions are those of all metrics. They are made when the first is needed: no other command
// pays for them.
type descriptions struct {
	ports, strict, callsOf, findings, excepted, expiry, objects, unusable, complete, blind, since, blindSum *prometheus.Desc
}

var described = sync.OnceValue(func() *descriptions {
	return &descriptions{
		ports:    desc("ports", "Ports of workloads by effective mTLS mode.", "namespace", "mode", "dataplane"),
		strict:   desc("strict_ports_ratio", "Share of the ports of a namespace that are STRICT, from 0 to 1. An unknown mode is not STRICT.", "namespace"),
		callsOf:  desc("calls", "Calls by result, from each namespace to each: client classes by Service port and subset.", "client_namespace", "namespace", "verdict"),
		findings: desc("findings", "Findings of the checks.", "code", "severity"),
		excepted: desc("exceptions", "Exceptions of the project by state.", "state"),
		expiry:   desc("exception_expiry_timestamp_seconds", "End of the last day of an exception, in seconds since 1970.", "namespace", "name"),
		objects:  desc("objects", "Objects of the cluster that are followed."),
		unusable: desc("unusable_objects", "Objects of the cluster that could not be used."),
		complete: desc("last_complete_read_timestamp_seconds", "When all kinds could be read last, in seconds since 1970; 0 for never."),
		blind:    desc("blind", "Kinds that cannot be read now: what depends on them is unknown. 1 for each.", "resource", "refused"),
		since:    desc("blind_since_timestamp_seconds", "Since when a kind cannot be read, in seconds since 1970.", "resource"),
		blindSum: desc("blind_resources", "How many kinds cannot be read now."),
	}
})

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("mtlsctl_"+name, help, labels, nil)
}

// Collector shows the last snapshot that it was given. The zero Collector shows none.
type Collector struct {
	mu   sync.Mutex
	last *Snapshot
}

// Set is the snapshot to show from now on.
func (c *Collector) Set(s *Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = s
}

// Describe implements prometheus.Collector.
func (*Collector) Describe(out chan<- *prometheus.Desc) {
	d := described()
	for _, d := range []*prometheus.Desc{d.ports, d.strict, d.callsOf, d.findings, d.excepted, d.expiry, d.objects, d.unusable, d.complete, d.blind, d.since, d.blindSum} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	s := c.last
	c.mu.Unlock()
	if s == nil {
		return // nothing is known yet: no number is honest
	}
	g := gauges{described(), out}
	g.sendPorts(s.Census)
	g.sendCalls(s.Census.Cells)
	g.sendFindings(s.Findings)
	g.sendExceptions(s)
	g.sendHealth(s)
}

// gauges sends metrics.
type gauges struct {
	*descriptions
	out chan<- prometheus.Metric
}

func (g gauges) set(d *prometheus.Desc, value float64, labels ...string) {
	g.out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (g gauges) sendPorts(c *overview.Census) {
	all, sure := map[string]int{}, map[string]int{}
	for k, n := range c.Ports {
		g.set(g.ports, float64(n), k.Namespace, k.Mode.String(), k.Dataplane.String())
		all[k.Namespace] += n
		if k.Mode == resolve.Strict {
			sure[k.Namespace] += n
		}
	}
	for namespace, n := range all {
		g.set(g.strict, float64(sure[namespace])/float64(n), namespace)
	}
}

func (g gauges) sendCalls(cells []*overview.Cell) {
	cells = slices.Clone(cells)
	slices.SortStableFunc(cells, func(a, b *overview.Cell) int { return cmp.Compare(a.Worst().Urgency(), b.Worst().Urgency()) })
	rest := map[resolve.Verdict]int{}
	for i, c := range cells {
		for v, n := range c.Calls {
			if i < MaxPairs {
				g.set(g.callsOf, float64(n), c.From, c.To, v.String())
			} else {
				rest[v] += n
			}
		}
	}
	for v, n := range rest {
		g.set(g.callsOf, float64(n), Other, Other, v.String())
	}
}

func (g gauges) sendFindings(list []analyze.Finding) {
	type kind struct {
		code     string
		severity analyze.Severity
	}
	n := map[kind]int{}
	for i := range list {
		n[kind{list[i].Code, list[i].Severity}]++
	}
	for k, count := range n {
		g.set(g.findings, float64(count), k.code, k.severity.String())
	}
}

func (g gauges) sendExceptions(s *Snapshot) {
	states := map[string]int{}
	// Several exceptions may be about one workload: the first to end counts.
	ends := map[[2]string]time.Time{}
	for i := range s.Exceptions {
		e := &s.Exceptions[i]
		states[string(e.State)]++
		key := [2]string{e.Namespace, e.Name}
		if was, known := ends[key]; !e.Expires.IsZero() && (!known || e.Expires.Before(was)) {
			ends[key] = e.Expires
		}
	}
	for state, n := range states {
		g.set(g.excepted, float64(n), state)
	}
	for key, end := range ends {
		g.set(g.expiry, seconds(end), key[0], key[1])
	}
}

func (g gauges) sendHealth(s *Snapshot) {
	g.set(g.objects, float64(s.Objects))
	g.set(g.unusable, float64(s.Unusable))
	g.set(g.complete, seconds(s.Complete))
	first, refused := map[string]time.Time{}, map[string]bool{}
	for _, b := range s.Blind {
		name := b.Gap.Resource
		if was, known := first[name]; !known || b.Since.Before(was) {
			first[name] = b.Since
		}
		refused[name] = refused[name] || b.Refused
	}
	g.set(g.blindSum, float64(len(first)))
	for name, t := range first {
		word := "false"
		if refused[name] {
			word = "true"
		}
		g.set(g.blind, 1, name, word)
		g.set(g.since, seconds(t), name)
	}
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
