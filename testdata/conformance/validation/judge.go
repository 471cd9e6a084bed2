package validation

import (
	"context"
	"encoding/json"
	"fmt"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	_ "istio.io/istio/pkg/config/validation/envoyfilter" // registers itself
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// judge is what a cluster with Istio's webhook says of objects.
type judge struct {
	kinds map[string]*court
}

// court judges one kind.
type court struct {
	group, version string
	served         []string
	structural     *schema.Structural
	validator      validation.SchemaValidator
	rules          *cel.Validator
}

func newJudge(crds map[string]*extensions.CustomResourceDefinition) (*judge, error) {
	j := &judge{kinds: map[string]*court{}}
	for _, kind := range kinds {
		crd := crds[kind]
		c := &court{group: crd.Spec.Group}
		for _, v := range crd.Spec.Versions {
			if !v.Served {
				continue
			}
			c.served = append(c.served, v.Name)
			if c.validator != nil {
				continue // TestTables: all are the same
			}
			var props apiextensions.JSONSchemaProps
			if err := extensions.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, &props, nil); err != nil {
				return nil, err
			}
			var err error
			if c.structural, err = schema.NewStructural(&props); err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			if c.validator, _, err = validation.NewSchemaValidator(&props); err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			c.version, c.rules = v.Name, cel.NewValidator(c.structural, true, celconfig.PerCallLimit)
		}
		j.kinds[kind] = c
	}
	return j, nil
}

// refuses says why a cluster would not take the object, nil when it would.
func (j *judge) refuses(object map[string]any) error {
	o := runtime.DeepCopyJSON(object)
	u := &unstructured.Unstructured{Object: o}
	c, ok := j.kinds[u.GetKind()]
	gvk := u.GroupVersionKind()
	if !ok || gvk.Group != c.group {
		return fmt.Errorf("no kind %s", gvk)
	}
	served := false
	for _, v := range c.served {
		served = served || v == gvk.Version
	}
	if !served {
		return fmt.Errorf("no version %s", gvk)
	}
	delete(o, "status")
	if u.GetNamespace() == "" {
		u.SetNamespace("default") // as kubectl does
	}
	if errs := apivalidation.ValidateObjectMetaAccessor(u, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata")); len(errs) > 0 {
		return errs.ToAggregate()
	}
	pruning.Prune(o, c.structural, true)
	if err := c.schema(o); err != nil {
		return err
	}
	if err := webhook(o); err != nil {
		return webhookError{err}
	}
	return nil
}

// webhookError is a refusal by Istio, of what the API server would take.
type webhookError struct{ error }

func (c *court) schema(o map[string]any) error {
	errs := validation.ValidateCustomResource(nil, o, c.validator)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, c.structural, o)...)
	if len(errs) > 0 {
		return errs.ToAggregate()
	}
	errs, _ = c.rules.Validate(context.Background(), nil, c.structural, o, nil, celconfig.RuntimeCELCostBudget)
	return errs.ToAggregate()
}

// webhook does what istiod's webhook does with an object that it is asked about.
func webhook(o map[string]any) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	var obj crd.IstioKind
	if err := json.Unmarshal(text, &obj); err != nil {
		return err
	}
	gvk := obj.GroupVersionKind()
	s, ok := collections.All.FindByGroupKind(resource.FromKubernetesGVK(&gvk))
	if !ok {
		return fmt.Errorf("istiod does not know %s", gvk)
	}
	config, err := crd.ConvertObject(s, &obj, "cluster.local")
	if err != nil {
		return err
	}
	_, err = s.ValidateConfig(*config)
	return err
}
