package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func newExceptionList(scope wire.Scope, entries []project.Entry) *wire.ExceptionList {
	list := &wire.ExceptionList{APIVersion: wire.APIVersion, Kind: "ExceptionList", Whole: true, Scope: filled(scope), Items: []wire.ExceptionItem{}}
	for _, e := range entries {
		item := wire.ExceptionItem{
			Namespace: e.Namespace, Name: e.Name, Kind: string(e.Kind), Allowed: e.Mode.String(), Owner: e.Owner, Reason: e.Reason,
			Until: e.LastDay(), State: string(e.State), Position: positionOf(e.At), Numbers: append([]int32{}, e.Exception.Ports...), Ports: []wire.ExceptedItem{},
		}
		for _, p := range e.Ports {
			item.Ports = append(item.Ports, wire.ExceptedItem{Workload: refOf(p.Workload.Ref), Port: p.Port.Number, Mode: p.Port.Decision.Mode.String()})
		}
		list.Items = append(list.Items, item)
	}
	return list
}
