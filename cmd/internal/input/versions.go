package input

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// ValidVersions refuses what a flag about versions cannot mean.
func ValidVersions(flag string, words []string) error {
	seen := map[string]bool{}
	for _, word := range words {
		revision, text, named := strings.Cut(word, "=")
		if !named {
			revision, text = "", word
		}
		_, ok := release.Parse(text)
		switch {
		case !ok || named && revision == "":
			return console.Usage("for example "+flag+" "+release.Newest().String()+" or "+flag+" default=1.30.2,canary="+release.Newest().String(), "%s %q: want VERSION or REVISION=VERSION of Istio 1.x", flag, word)
		case seen[revision]:
			return console.Usage("", "%s names a version twice for %s", flag, cmp.Or(revision, "all revisions"))
		}
		seen[revision] = true
	}
	return nil
}

// Versions reads what a flag about versions says, by revision, "" for all others.
func Versions(words []string) map[string]release.Version {
	m := map[string]release.Version{}
	for _, word := range words {
		revision, text, named := strings.Cut(word, "=")
		if !named {
			revision, text = "", word
		}
		m[revision], _ = release.Parse(text) // ValidVersions looked
	}
	return m
}

func (f *Flags) versions() map[string]release.Version { return Versions(f.Istio) }

// Istio says by the rules of which versions the answer is: "1.30.2", "1.31 assumed",
// "1.30.2, canary 1.32 (not judged)".
func (l *Loaded) Istio() string {
	planes := l.Mesh.ControlPlanes()
	several := slices.ContainsFunc(planes, func(p mesh.ControlPlane) bool { return p.Cluster != planes[0].Cluster })
	var parts []string
	for _, p := range planes {
		text := versionText(p)
		if p.Revision != resolve.DefaultRevision || len(planes) > 1 && several {
			text = p.Revision + " " + text
		}
		if several {
			text = p.Cluster + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func versionText(p mesh.ControlPlane) string {
	switch text := p.String(); {
	case !p.Known():
		return release.Newest().String() + " assumed"
	case p.Proxy:
		return text + " or newer"
	case p.Beyond() != "":
		return text + " (" + p.Beyond() + ": its differences are not known)"
	case !p.Judged():
		return text + " (not judged)"
	default:
		return text
	}
}

// controlPlanes are the versions for machines.
func (l *Loaded) controlPlanes() []wire.ControlPlane {
	var list []wire.ControlPlane
	for _, p := range l.Mesh.ControlPlanes() {
		w := wire.ControlPlane{Cluster: p.Cluster, Revision: p.Revision, Version: cmp.Or(p.String(), release.Newest().String()), Judged: p.Judged() || !p.Known()}
		switch {
		case p.Told:
			w.From = "flag"
		case !p.Known():
			w.From = "assumed"
		default:
			w.From = p.From.String()
		}
		list = append(list, w)
	}
	return list
}

// oldest is the oldest version that the caller gives, zero for none.
func oldest(versions map[string]release.Version) (first release.Version) {
	for _, v := range versions {
		if !first.Known() || v.Compare(first) < 0 {
			first = v
		}
	}
	return first
}
