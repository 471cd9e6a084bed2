package resolve

import "slices"

// podInterface is what CNI plugins call a pod's own interface, the one by which
// Services are called. Others are added for networks of their own, which no
// Service leads to.
const podInterface = "eth0"

// ExcludesPodInterface reports a pod all of whose traffic passes its proxy by.
func ExcludesPodInterface(annotations map[string]string) bool {
	list := annotations[ExcludeInterfacesAnnotation]
	return list != "" && slices.Contains(SplitList(list), podInterface)
}
