package conformance

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"istio.io/istio/pilot/pkg/config/memory"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/serviceregistry"
	"istio.io/istio/pilot/pkg/serviceregistry/aggregate"
	kuberegistry "istio.io/istio/pilot/pkg/serviceregistry/kube/controller"
	"istio.io/istio/pilot/pkg/serviceregistry/serviceentry"
	istiocluster "istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/collection"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/gvk"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/test"

	networkingapi "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/model"
)

// joinRemotes does what istiod does for every cluster beside its own, and the test server does not: its
// ServiceEntries select the pods there, and its WorkloadEntries are machines of the Services there
// (kube/controller/multicluster.go initializeCluster).
func (i *istiod) joinRemotes(t test.Failer) {
	registries := i.Env().ServiceDiscovery.(*aggregate.Controller)
	for _, remote := range i.remotes(registries) {
		registries.DeleteRegistry(remote.Cluster(), remote.Provider()) // its own comes first in istiod, in any order here
		registries.AddRegistry(remote)
		beside := i.cluster.beside[string(remote.Cluster())]
		if features.EnableServiceEntrySelectPods {
			for _, m := range beside.members {
				if m.pod != nil {
					i.ServiceEntryRegistry.WorkloadInstanceHandler(instanceOf(m, remote), model.EventAdd)
				}
			}
		}
		i.addMachines(t, registries, remote, beside.machines)
	}
}

// remotes are the registries of the other clusters, by name.
func (i *istiod) remotes(registries *aggregate.Controller) (list []*kuberegistry.FakeController) {
	for _, r := range registries.GetRegistries() {
		if remote, ok := unwrapped(r).(*kuberegistry.FakeController); ok && remote.Cluster() != istiocluster.ID(i.cluster.name) {
			list = append(list, remote)
		}
	}
	slices.SortFunc(list, func(a, b *kuberegistry.FakeController) int { return cmp.Compare(a.Cluster(), b.Cluster()) })
	return list
}

// unwrapped is the registry that the list of all has wrapped.
func unwrapped(r serviceregistry.Instance) any {
	if v := reflect.Indirect(reflect.ValueOf(r)); v.Kind() == reflect.Struct {
		if inner := v.FieldByName("Instance"); inner.IsValid() {
			return inner.Interface()
		}
	}
	return r
}

// instanceOf is a pod as its cluster's registry tells the others of it. (istiod takes pods of one name
// in several clusters for one.)
func instanceOf(m *member, remote *kuberegistry.FakeController) *model.WorkloadInstance {
	mode := model.DisabledTLSModeLabel
	if m.labels[tlsModeLabel] == model.IstioMutualTLSModeLabel {
		mode = model.IstioMutualTLSModeLabel
	}
	return &model.WorkloadInstance{Name: m.name + "-" + m.cluster, Namespace: m.namespace, Kind: model.PodKind, Endpoint: &model.IstioEndpoint{
		Labels: m.labels, Addresses: []string{m.address}, ServiceAccount: "spiffe://cluster.local/ns/" + m.namespace + "/sa/default",
		Network: remote.Network(m.address, m.labels), TLSMode: mode, Namespace: m.namespace, WorkloadName: m.name,
		Locality: model.Locality{ClusterID: remote.Cluster()},
	}, PortMap: portsOf(m)}
}

// portsOf are the named ports of a pod.
func portsOf(m *member) map[string]uint32 {
	ports := map[string]uint32{}
	for _, k := range m.pod.Spec.Containers {
		for _, p := range k.Ports {
			ports[p.Name] = uint32(p.ContainerPort)
		}
	}
	return ports
}

// addMachines gives istiod the WorkloadEntries of another cluster.
func (i *istiod) addMachines(t test.Failer, registries *aggregate.Controller, remote *kuberegistry.FakeController, machines []config.Config) {
	if len(machines) == 0 {
		return
	}
	stop := test.NewStop(t)
	store := newStore()
	entries := serviceentry.NewWorkloadEntryController(store, i.Discovery, nil, meshwatcher.NewTestWatcher(i.mesh),
		serviceentry.WithClusterID(remote.Cluster()), serviceentry.WithNetworkIDCb(remote.Network), serviceentry.WithKRTDebugger(krt.GlobalDebugHandler))
	entries.AppendWorkloadHandler(remote.WorkloadInstanceHandler)
	entries.AppendWorkloadHandler(i.ServiceEntryRegistry.WorkloadInstanceHandler)
	go store.Run(stop)
	registries.AddRegistryAndRun(entries, stop)
	for _, k := range machines {
		if _, err := store.Create(k); err != nil {
			t.Fatal(err)
		}
	}
}

// newStore is a store of configuration, which the Istio that is built makes in its own way.
func newStore() *memory.Controller {
	switch make := any(memory.NewController).(type) {
	case func(collection.Schemas, bool) *memory.Controller: // until 1.30
		return make(collections.Pilot, true)
	case func(*memory.Store) *memory.Controller:
		return make(any(memory.Make).(func(collection.Schemas) *memory.Store)(collections.Pilot))
	}
	panic("this Istio makes its store in another way")
}

// quiet waits until what istiod knows of endpoints stays as it is.
func (i *istiod) quiet() {
	last, same := 0, 0
	for end := time.Now().Add(2 * time.Second); same < 5 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		now := i.endpoints()
		if same++; now != last {
			last, same = now, 0
		}
	}
}

// endpoints is how many endpoints istiod knows.
func (i *istiod) endpoints() (count int) {
	for _, byNamespace := range i.Discovery.Env.EndpointIndex.Shardz() {
		for _, shards := range byNamespace {
			shards.RLock()
			for _, list := range shards.Shards {
				count += len(list)
			}
			shards.RUnlock()
		}
	}
	return count
}

// machinesOf are the WorkloadEntries among configuration.
func machinesOf(configs []config.Config) (machines []config.Config) {
	for _, k := range configs {
		if _, ok := k.Spec.(*networkingapi.WorkloadEntry); ok && k.GroupVersionKind == gvk.WorkloadEntry {
			machines = append(machines, k)
		}
	}
	return machines
}
