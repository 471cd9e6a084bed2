package dump

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// file is one text that is being read.
type file struct {
	name  string
	cache *cache
	envoy proxy.Envoy
	// node is true where the text says whose it is.
	node    bool
	foreign foreign
	ztunnel *tunnelDump
	syncs   []proxy.Sync
	synced  bool
	whole   bool // of all istiods
	certs   []proxy.Secret
}

var (
	errOldAPI = errors.New("it is in the format of Envoy's API v2 (Istio 1.5 and older), which is not supported")
	// errNoDump is for a text that is none of what proxies write.
	errNoDump = errors.New("not a dump of Envoy or ztunnel, and none of /certs, /stats/prometheus and istiod's list of proxies")
)

// read reads one text.
func read(name string, in io.Reader, known *cache) (proxy.Fleet, error) {
	f := &file{name: name, cache: known}
	b := bufio.NewReaderSize(in, 64<<10)
	kind, err := begin(b)
	switch {
	case err != nil:
		return proxy.Fleet{}, err
	case kind == metrics:
		err = f.stats(b)
	case kind == yamlText:
		err = f.yaml(b)
	default:
		err = f.json(b)
	}
	if err != nil {
		return proxy.Fleet{}, err
	}
	return f.fleet()
}

// A text is told by how it begins.
const (
	jsonText = iota
	yamlText
	metrics
)

// mostJunk is how much may stand before a dump: a line such as "200", a warning of kubectl.
const mostJunk = 32 << 10

// begin leaves out what stands before the text, and tells what it is.
func begin(b *bufio.Reader) (int, error) {
	for left := mostJunk; left > 0; {
		line, err := b.Peek(64)
		if len(line) == 0 {
			if err == nil || errors.Is(err, io.EOF) {
				err = errNoDump
			}
			return 0, err
		}
		switch text := bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), " \t"); {
		case begins(text, "{", "["):
			_, err := b.Discard(len(line) - len(text))
			return jsonText, err
		case begins(text, "# TYPE ", "# HELP ", "istio_", "envoy_"):
			return metrics, nil
		case yamlBegins.Match(line):
			return yamlText, nil
		}
		junk, err := b.ReadSlice('\n')
		if left -= len(junk); err != nil { // the end, or a line that is longer than any
			return 0, errNoDump
		}
	}
	return 0, errNoDump
}

// yamlBegins is how YAML of istioctl begins: a list of listeners or clusters, or one of the keys of a
// dump.
var yamlBegins = regexp.MustCompile(`^(- ['"]?[@a-zA-Z]+['"]?: ?|(configs|bootstrap|(dynamic|static)[A-Za-z_]+):)`)

func begins(text []byte, with ...string) bool {
	return slices.ContainsFunc(with, func(w string) bool { return bytes.HasPrefix(text, []byte(w)) })
}

// largestYAML is how much YAML is converted: that needs all of it in memory.
const largestYAML = 32 << 20

func (f *file) yaml(in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, largestYAML+1))
	if err != nil {
		return err
	}
	if len(text) > largestYAML {
		return fmt.Errorf("the YAML has more than %d MiB: print the dump as JSON", largestYAML>>20)
	}
	if text, err = yaml.YAMLToJSON(text); err != nil {
		return errNoDump
	}
	return f.json(bytes.NewReader(text))
}

// json reads one JSON value after the other.
func (f *file) json(in io.Reader) error {
	s := newStream(in)
	for n := 0; ; n++ {
		t, err := s.token()
		if n > 0 && err != nil {
			return nil // the end, or a line of somebody else after it
		}
		switch {
		case err != nil:
			return ended(err)
		case t == json.Delim('{'):
			err = s.object(deepest, f.of, holds)
		case t == json.Delim('['):
			err = f.array(s)
		}
		if err != nil {
			return ended(err)
		}
	}
}

// holds are the keys below which a dump has more of interest.
func holds(key string) bool { return key == "configs" || key == "configdump" }

// of is the reader of a key, at any depth.
func (f *file) of(key string) reader {
	switch key {
	case "dynamiclisteners":
		return f.listeners(false)
	case "staticlisteners":
		return f.listeners(true)
	case "dynamicactiveclusters", "staticclusters":
		return f.clusters
	case "dynamicendpointconfigs", "staticendpointconfigs":
		return f.endpoints
	case "dynamicactivesecrets", "staticsecrets":
		return f.secrets(false)
	case "dynamicwarmingsecrets":
		return f.secrets(true)
	case "bootstrap":
		return f.bootstrap()
	case "certificates":
		return f.certificate
	case "resources":
		return f.clientConfig
	case "@type":
		return nil
	}
	return f.tunnelled(key)
}

// array reads a list without an envelope, as istioctl prints it: of listeners, clusters or
// endpoints, or istiod's list of proxies.
func (f *file) array(s *stream) error {
	for s.dec.More() {
		text, err := s.next()
		if err != nil {
			return err
		}
		if err := f.element(text); err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

func (f *file) element(text json.RawMessage) error {
	var keys map[string]json.RawMessage
	if json.Unmarshal(text, &keys) != nil {
		return nil
	}
	has := map[string]bool{}
	for key := range keys {
		has[fold(key)] = true
	}
	switch {
	case has["proxy"] && (has["clusterid"] || has["resources"] || has["listeneracked"] || has["istioversion"] || has["proxytype"]):
		return f.sync(text)
	case has["filterchains"], has["trafficdirection"]:
		return f.bareListener(text)
	case has["clustername"] && has["endpoints"]:
		return f.endpoints(text)
	case has["hoststatuses"]:
		return nil // endpoints as /clusters shows them, without what sockets are chosen by
	case has["name"] && (has["type"] || has["loadassignment"] || has["edsclusterconfig"] || has["connecttimeout"] || has["transportsocket"] || has["transportsocketmatches"] || has["lbpolicy"]):
		return f.clusters(text)
	case has["configs"], has["dynamiclisteners"], has["dynamicactiveclusters"], has["bootstrap"], has["dynamicactivesecrets"]:
		return newStream(bytes.NewReader(text)).value(deepest, f.of, holds)
	}
	return nil
}

// bareListener reads a listener as istioctl prints it.
func (f *file) bareListener(text json.RawMessage) error {
	var l listener
	if err := into(text, &l); err != nil {
		return fmt.Errorf("a listener: %w", err)
	}
	f.envoy.Has.Listeners = true
	port := l.Address.port()
	static := l.Name == "" || port == resolve.ProxyHealthPort || port == resolve.ProxyMetricsPort
	return f.listener(&l, static)
}

// known reports that something of a dump was found.
func (f *file) known() bool {
	h := f.envoy.Has
	return h.Listeners || h.Clusters || h.Endpoints || h.Secrets || h.Stats || f.node || f.ztunnel != nil || f.synced || len(f.certs) > 0
}

// fleet is what the text came to.
func (f *file) fleet() (proxy.Fleet, error) {
	var out proxy.Fleet
	if !f.known() {
		return out, errNoDump
	}
	if f.ztunnel != nil && !f.envoy.Configured() {
		z, err := f.ztunnel.done(f.name)
		if err != nil {
			return out, err
		}
		out.Ztunnels = append(out.Ztunnels, z)
		return out, nil
	}
	out.Syncs, out.Synced, out.Whole = f.syncs, f.synced, f.whole
	h := f.envoy.Has
	if !f.node && !h.Listeners && !h.Clusters && !h.Endpoints && !h.Secrets && !h.Stats && len(f.certs) == 0 {
		return out, nil
	}
	if word := f.foreign.of(); word != "" {
		return out, fmt.Errorf("it is a dump of %s, not of Istio", word)
	}
	if len(f.certs) > 0 && !h.Secrets {
		f.envoy.Secrets, f.envoy.Has.Secrets = f.certs, true
	}
	e := f.envoy
	e.Files, e.Whole = []string{f.name}, f.node && f.envoy.Has.Clusters
	if e.Pod == (proxy.Pod{}) {
		e.Pod = podOf(f.name)
	}
	out.Envoys = append(out.Envoys, &e)
	return out, nil
}

// istiods reports a dump that istiod made: what it would send, not what runs.
func istiods(name string) bool { return strings.Contains(base(name), "istiod") }
