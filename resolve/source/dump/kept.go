package dump

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// kept is what a snapshot has of proxies.
type kept struct {
	Version int         `json:"version"`
	Fleet   proxy.Fleet `json:"fleet"`
}

// keptVersion is that of the form in which a snapshot keeps proxies.
const keptVersion = 1

// shownAnnotations are those that answers about proxies depend on.
var shownAnnotations = []string{resolve.ExcludeInboundPortsAnnotation, resolve.IncludeInboundPortsAnnotation}

// omitted stands for Envoy's words, which may repeat values of the configuration.
const omitted = "(Envoy's words are kept by mtlsctl snapshot --full only)"

// Keep writes down what was read, for a snapshot. Private keys were never read; without full
// neither annotations nor Envoy's words are kept, and of no file where it lay.
func Keep(fleet *proxy.Fleet, full bool) (string, error) {
	f := *fleet
	if !full {
		f = public(f)
	}
	text, err := json.Marshal(kept{keptVersion, f})
	return string(text), err
}

// Kept reads what Keep wrote.
func Kept(text string) (*proxy.Fleet, error) {
	var k kept
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, fmt.Errorf("the proxies of the snapshot cannot be read: %w", err)
	}
	if k.Version != keptVersion {
		return nil, errors.New("the proxies of the snapshot were kept by another version of mtlsctl")
	}
	k.Fleet.Settle()
	return &k.Fleet, nil
}

// public is a fleet without values.
func public(f proxy.Fleet) proxy.Fleet {
	out := f
	out.Envoys, out.Ztunnels, out.Syncs = nil, nil, nil
	for _, e := range f.Envoys {
		one := *e
		one.Files, one.Annotations = names(e.Files), map[string]string{}
		for _, key := range shownAnnotations {
			if value, has := e.Annotations[key]; has {
				one.Annotations[key] = value
			}
		}
		one.Rejected = nil
		for _, r := range e.Rejected {
			r.Details = omitted
			one.Rejected = append(one.Rejected, r)
		}
		out.Envoys = append(out.Envoys, &one)
	}
	for _, z := range f.Ztunnels {
		one := *z
		one.File = base(z.File)
		out.Ztunnels = append(out.Ztunnels, &one)
	}
	for _, s := range f.Syncs {
		s.File = base(s.File)
		types := []proxy.SyncedType{}
		for _, t := range s.Types {
			if t.Error != "" {
				t.Error = omitted
			}
			types = append(types, t)
		}
		s.Types = types
		out.Syncs = append(out.Syncs, s)
	}
	return out
}

// names are the last parts of paths.
func names(files []string) (out []string) {
	for _, f := range files {
		parts := strings.Split(f, "/")
		out = append(out, strings.Join(parts[max(0, len(parts)-4):], "/"))
	}
	return out
}
