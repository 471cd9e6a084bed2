package cmd

import "github.com/mtlsctl/mtlsctl/resolve"

// pods lists the running pods that a controller made: they are told as the
// variant of the controller's workload that they belong to.
func pods(workloads []*resolve.Workload) []found {
	var list []found
	for _, w := range workloads {
		for _, name := range w.PodNames {
			ref := resolve.Ref{Kind: resolve.KindPod, Namespace: w.Ref.Namespace, Name: name}
			if ref != w.Ref {
				list = append(list, found{ref: ref, rank: 1, workloads: []*resolve.Workload{w}})
			}
		}
	}
	return list
}
