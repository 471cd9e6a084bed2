package cmd

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// pods lists the pods of the input that a controller made: they are told as the
// controller's workload.
func pods(objects []resolve.Object, workloads []found) []found {
	byRef := make(map[resolve.Ref]bool, len(workloads))
	byPath := make(map[string]found, len(workloads))
	for _, w := range workloads {
		byRef[w.ref] = true
		if w.workloads[0].PodsOf > 0 {
			byPath[w.ref.Path()] = w
		}
	}
	var list []found
	for _, o := range objects {
		if o.Kind != resolve.KindPod || byRef[o.Ref()] {
			continue
		}
		if owner, ok := ownerOf(o.Ref().Path(), byPath); ok {
			list = append(list, found{ref: o.Ref(), rank: 1, workloads: owner.workloads})
		}
	}
	return list
}

// ownerOf finds the workload with the longest name that the pod's name begins
// with: every controller names its pods so.
func ownerOf(pod string, byPath map[string]found) (found, bool) {
	for i := strings.LastIndexByte(pod, '-'); i > 0; i = strings.LastIndexByte(pod[:i], '-') {
		if w, ok := byPath[pod[:i]]; ok {
			return w, true
		}
	}
	return found{}, false
}
