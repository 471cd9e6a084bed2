package cluster

import (
	"context"
	"encoding/json"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// asNames asks for nothing but the metadata of a list.
const asNames = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

// ListNames lists the objects of a kind by name, in one namespace or, where that is
// "", in all: what a shell completes, and nothing more. A kind that is not read of
// clusters has no names. It fails as the API server does.
func ListNames(ctx context.Context, o Options, kind resolve.Kind, namespace string) ([]resolve.Ref, error) {
	l, ok := listedAs(kind)
	if !ok {
		return nil, nil
	}
	if l.cluster {
		namespace = ""
	}
	a, err := newAPI(o.Config, o.MaxAnswer)
	if err != nil {
		return nil, err
	}
	for _, version := range l.versions {
		refs, err := a.names(ctx, l, l.path(version, namespace))
		if !apierrors.IsNotFound(err) {
			return refs, err
		}
	}
	return nil, nil // the cluster does not serve it
}

func (a *api) names(ctx context.Context, l listed, path string) ([]resolve.Ref, error) {
	var refs []resolve.Ref
	params := map[string]string{"limit": "500", "resourceVersion": "0"}
	for {
		body, err := a.get(ctx, path, asNames, params)
		if err != nil {
			return refs, err
		}
		var page metav1.PartialObjectMetadataList
		if err := json.Unmarshal(body, &page); err != nil {
			return refs, err
		}
		for i := range page.Items {
			refs = append(refs, resolve.Ref{Kind: l.kind, Namespace: page.Items[i].Namespace, Name: page.Items[i].Name})
		}
		if page.Continue == "" {
			return refs, nil
		}
		if page.Continue == params["continue"] {
			return refs, errSamePage
		}
		params = map[string]string{"limit": "500", "continue": page.Continue}
	}
}
