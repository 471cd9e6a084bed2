package render

import "github.com/mtlsctl/mtlsctl/render/wire"

func newExceptionList(v Exceptions) wire.ExceptionList {
	list := wire.ExceptionList{APIVersion: wire.APIVersion, Kind: "ExceptionList", Scope: filled(v.Scope), Items: []wire.ExceptionItem{}}
	for _, e := range v.Entries {
		item := wire.ExceptionItem{
			Namespace: e.Namespace, Name: e.Name, Kind: string(e.Kind), Allowed: e.Mode.String(), Owner: e.Owner, Reason: e.Reason,
			Until: e.LastDay(), State: string(e.State), Position: positionOf(e.At), Ports: []wire.ExceptedItem{},
		}
		for _, p := range e.Ports {
			item.Ports = append(item.Ports, wire.ExceptedItem{Workload: refOf(p.Workload.Ref), Port: p.Port.Number, Mode: p.Port.Decision.Mode.String()})
		}
		list.Items = append(list.Items, item)
	}
	return list
}
