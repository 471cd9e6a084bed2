package conformance

import (
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	networkingapi "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/test"
)

// settle waits until istiod's registries have told each other about pods and
// machines, which they do on their own time, and makes it look again.
func (i *istiod) settle(t test.Failer, configs []config.Config) {
	var machines []config.Config
	for _, k := range configs {
		if k.GroupVersionKind == gvk.WorkloadEntry {
			machines = append(machines, k)
		}
	}
	await := append(i.ofServices(machines), i.ofEntries(configs)...)
	if len(await) == 0 && len(machines) == 0 && len(i.cluster.policies) == 0 {
		return
	}
	for _, k := range machines {
		i.touch(t, k)
	}
	for end := time.Now().Add(2 * time.Second); !i.know(await) && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	i.push(t)
}

// push makes istiod look at everything again.
func (i *istiod) push(t test.Failer) {
	i.Discovery.ConfigUpdate(&model.PushRequest{Forced: true})
	i.EnsureSynced(t)
}

// touch changes a WorkloadEntry: the Kubernetes registry of the test server hears
// of changes only, not of what was there before it.
func (i *istiod) touch(t test.Failer, k config.Config) {
	k = k.DeepCopy()
	k.Labels = maps.Clone(k.Labels)
	if k.Labels == nil {
		k.Labels = map[string]string{}
	}
	k.Labels["touched"] = "yes"
	if old := i.Store().Get(k.GroupVersionKind, k.Name, k.Namespace); old != nil {
		k.ResourceVersion = old.ResourceVersion
	}
	if _, err := i.Store().Update(k); err != nil {
		t.Fatalf("%s %s: %v", k.Namespace, k.Name, err)
	}
}

// endpointOf is an address that istiod should come to know behind a host.
type endpointOf struct{ host, namespace, address string }

// ofServices are the machines behind Kubernetes Services.
func (i *istiod) ofServices(machines []config.Config) []endpointOf {
	var out []endpointOf
	for _, s := range i.cluster.services {
		numbered := slices.ContainsFunc(s.Spec.Ports, func(p corev1.ServicePort) bool { return p.TargetPort.IntVal != 0 })
		if len(s.Spec.Selector) == 0 || !numbered || s.Spec.ClusterIP == corev1.ClusterIPNone {
			continue
		}
		for _, k := range machines {
			if m := i.cluster.byName[inCluster("WorkloadEntry "+k.Namespace+"/"+k.Name, i.cluster.name)]; m.namespace == s.Namespace && selects(s.Spec.Selector, m) {
				out = append(out, endpointOf{fmt.Sprintf("%s.%s.svc.cluster.local", s.Name, s.Namespace), s.Namespace, m.address})
			}
		}
	}
	return out
}

// ofEntries are the pods and machines behind ServiceEntries.
func (i *istiod) ofEntries(configs []config.Config) []endpointOf {
	var out []endpointOf
	for _, k := range configs {
		e, ok := k.Spec.(*networkingapi.ServiceEntry)
		if !ok || len(e.GetWorkloadSelector().GetLabels()) == 0 {
			continue
		}
		for _, m := range i.cluster.members {
			if m.namespace == k.Namespace && selects(e.GetWorkloadSelector().GetLabels(), m) {
				for _, host := range e.GetHosts() {
					out = append(out, endpointOf{host, k.Namespace, m.address})
				}
			}
		}
	}
	return out
}

func selects(selector map[string]string, m *member) bool {
	return labels.SelectorFromSet(selector).Matches(labels.Set(m.labels))
}

// know reports whether istiod knows all of the endpoints.
func (i *istiod) know(list []endpointOf) bool {
	for _, want := range list {
		shards, ok := i.Discovery.Env.EndpointIndex.ShardsForService(want.host, want.namespace)
		if !ok {
			return false
		}
		shards.RLock()
		found := false
		for _, endpoints := range shards.Shards {
			for _, e := range endpoints {
				found = found || slices.Contains(e.Addresses, want.address)
			}
		}
		shards.RUnlock()
		if !found {
			return false
		}
	}
	return true
}
