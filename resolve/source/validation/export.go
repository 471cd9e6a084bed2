package validation

import "fmt"

// exported says for what exportTo is checked.
type exported struct {
	entry    bool // a ServiceEntry, which may be exported to nobody
	selector bool // a DestinationRule with a selector, which stays in its namespace
}

func (r *report) exportTo(namespace string, to []string, of exported, at *place) {
	set := map[string]bool{}
	for i, e := range to {
		key := e
		if e == "." {
			key = namespace
		}
		switch {
		case set[key]:
			r.add(CauseExport, at.at(i), fmt.Sprintf("exportTo names %s twice", Quoted(key)))
		case key == "~" && of.entry, key == "*", key == ".", isLabel(key):
			set[key] = true
		default:
			r.add(CauseExport, at.at(i), fmt.Sprintf("exportTo %s is not valid: a namespace, . or * is", Quoted(e)))
		}
	}
	if of.selector && len(set) > 0 && (len(set) > 1 || !set[namespace]) {
		r.add(CauseExport, at, "a rule with a workloadSelector cannot be exported beyond its namespace")
		r.hint("set exportTo to [\".\"], or leave the workloadSelector out")
	}
	if len(to) > 1 && (set["*"] || set["~"]) {
		r.add(CauseExport, at, "exportTo has * or ~ beside other entries")
	}
}
