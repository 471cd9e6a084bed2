package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// plane is one istiod: where it runs, and for which revision it is.
type plane struct{ namespace, revision string }

// controlPlaneMaps are the ConfigMaps of a control plane: its mesh configuration and
// its injector's. Other revisions than the default have their name appended.
var controlPlaneMaps = []string{"istio", "istio-sidecar-injector"}

// controlPlanes reads what the control planes were configured with: ConfigMaps, by
// name, since a namespace may hold many others. Where they cannot be read, Istio's
// defaults stand in, and the Cluster says so.
func (r *clusterReader) controlPlanes(ctx context.Context, batches []*batch) (*batch, error) {
	b := &batch{}
	var missing, injectors []string
	planes := r.planes(batches)
	for _, p := range planes {
		for _, name := range controlPlaneMaps {
			if p.revision != resolve.DefaultRevision {
				name += "-" + p.revision
			}
			err := r.configMap(ctx, p.namespace, name, b)
			switch {
			case err == nil:
			case errors.Is(ctx.Err(), context.Canceled):
				return nil, ctx.Err()
			case strings.HasPrefix(name, injectorName):
				injectors = append(injectors, fmt.Sprintf("ConfigMap %s/%s: %s", p.namespace, name, configMapReason(err)))
			default:
				missing = append(missing, fmt.Sprintf("ConfigMap %s/%s: %s", p.namespace, name, configMapReason(err)))
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

func configMapReason(err error) string {
	switch {
	case apierrors.IsNotFound(err):
		return "not found"
	case errors.Is(err, context.DeadlineExceeded):
		return errTooLate.Error()
	}
	return gapReason(err)
}

func (r *clusterReader) configMap(ctx context.Context, namespace, name string, b *batch) error {
	body, err := r.api.get(ctx, "/api/v1/namespaces/"+namespace+"/configmaps/"+name, asJSON, nil)
	if err != nil {
		return err
	}
	n, err := jsonNode(body)
	if err != nil {
		return err
	}
	of := head{apiVersion: "v1", kind: "ConfigMap"}
	b.node(document{json: true}, n, nil, of)
	if r.o.Keep {
		b.kept = append(b.kept, keptItem{of, body})
	}
	return nil
}

// planes are the control planes that the cluster shows: its istiods, else those
// that its injection webhooks call, else the one of the namespace where Istio
// lives by default. Sorted, those in the wanted namespace only.
func (r *clusterReader) planes(batches []*batch) []plane {
	found := map[plane]bool{}
	for _, b := range batches {
		for _, o := range b.objects {
			if c, ok := o.Value.(*resolve.Controller); ok && o.Kind == resolve.KindDeployment && isIstiod(&c.ObjectMeta) {
				found[plane{c.Namespace, firstOf(c.Labels["istio.io/rev"], resolve.DefaultRevision)}] = true
			}
		}
	}
	if len(found) == 0 {
		for _, b := range batches {
			for _, o := range b.objects {
				if w, ok := o.Value.(*admissionv1.MutatingWebhookConfiguration); ok {
					found[planeOf(w)] = true
				}
			}
		}
	}
	delete(found, plane{})
	var list []plane
	for p := range found {
		if r.o.IstioNamespace == "" || r.o.IstioNamespace == p.namespace {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b plane) int {
		return strings.Compare(a.namespace+"/"+a.revision, b.namespace+"/"+b.revision)
	})
	if len(list) == 0 && !r.absent(listed{group: networking}) {
		list = []plane{{firstOf(r.o.IstioNamespace, "istio-system"), resolve.DefaultRevision}}
	}
	return list
}

// planeOf is the istiod that an injection webhook calls, zero for other webhooks.
func planeOf(w *admissionv1.MutatingWebhookConfiguration) plane {
	if w.Labels["app"] != "sidecar-injector" || w.Labels["istio.io/rev"] == "" {
		return plane{}
	}
	for _, h := range w.Webhooks {
		if s := h.ClientConfig.Service; s != nil {
			return plane{s.Namespace, w.Labels["istio.io/rev"]}
		}
	}
	return plane{}
}
