package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// controlPlanes reads what the control planes were configured with: ConfigMaps, by
// name, since a namespace may hold many others. One that cannot be read is a gap. Where
// there is none, nobody configured an injector, and Istio's defaults stand in for it, which
// the Cluster says; an istiod without a mesh configuration reads it elsewhere, where nobody
// can look: a gap too, unless nothing shows that there is an istiod.
func (r *reader) controlPlanes(ctx context.Context, batches []*manifest.Batch) (*manifest.Batch, error) {
	b := &manifest.Batch{}
	var missing, injectors []string
	planes := r.planes(batches)
	for _, p := range planes {
		for _, m := range p.configMaps() {
			err := r.configMap(ctx, p.namespace, m.name, m.kind, b)
			text := fmt.Sprintf("ConfigMap %s/%s: %s", p.namespace, m.name, configMapReason(ctx, err))
			switch none := apierrors.IsNotFound(err) || (m.kind == resolve.KindInjector || m.shared) && errors.Is(err, errNoConfig); {
			case err == nil:
			case errors.Is(ctx.Err(), context.Canceled):
				return nil, ctx.Err()
			case none && m.shared:
				r.cluster.NoShared = append(r.cluster.NoShared, p.namespace+"/"+m.name)
			case none && m.kind == resolve.KindInjector:
				injectors = append(injectors, text)
			case none && p.guessed:
				missing = append(missing, text)
			default:
				r.lacksSome(resolve.Gap{Kind: m.kind, Resource: "configmaps/" + m.name, Namespaces: []string{p.namespace}, Revision: p.revision, Reason: configMapReason(ctx, err)})
			}
		}
	}
	if len(planes) > 0 {
		r.cluster.IstioNamespace = planes[0].namespace
	}
	if len(missing) > 0 {
		r.cluster.Defaults = "mesh configuration: Istio's defaults (" + strings.Join(missing, ", ") + ")"
	}
	if len(injectors) > 0 {
		r.cluster.Defaults = strings.TrimPrefix(r.cluster.Defaults+"; injector: Istio's defaults ("+strings.Join(injectors, ", ")+")", "; ")
	}
	return b, nil
}

func configMapReason(ctx context.Context, err error) string {
	switch {
	case err == nil:
		return ""
	case apierrors.IsNotFound(err):
		return "not found"
	}
	return gapReason(ctx, err)
}

// errNoConfig is a ConfigMap without the key that it is read for, errBadConfig one whose
// text at that key cannot be made out.
var (
	errNoConfig  = errors.New("it has no configuration")
	errBadConfig = errors.New("its configuration cannot be parsed")
)

func (r *reader) configMap(ctx context.Context, namespace, name string, kind resolve.Kind, b *manifest.Batch) error {
	body, err := r.api.get(ctx, "/api/v1/namespaces/"+namespace+"/configmaps/"+name, asJSON, nil)
	if err != nil {
		return err
	}
	if err := wantKind(body, "ConfigMap"); err != nil {
		return err
	}
	s, err := manifest.ParseSent(body)
	if err != nil {
		return err
	}
	of := manifest.Head{APIVersion: "v1", Kind: "ConfigMap"}
	before, problems := len(b.Objects), len(b.Problems)
	b.Take(s, of)
	if r.o.Keep && len(b.Objects)+len(b.Problems) > before+problems {
		b.Kept = append(b.Kept, manifest.KeptItem{Head: of, JSON: body})
	}
	switch {
	case slices.ContainsFunc(b.Objects[before:], func(o resolve.Object) bool { return o.Kind == kind }):
	case len(b.Problems) > problems:
		return errBadConfig
	default:
		return errNoConfig
	}
	return nil
}
