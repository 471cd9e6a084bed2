package helm

import (
	"path"
	"strings"

	"sigs.k8s.io/yaml"
)

// Local is a dependency of a chart that Chart.yaml says to be a directory of files.
type Local struct {
	// Name is the name of the dependency, Path its directory, from that of the chart.
	Name, Path string
}

// Locals are the local dependencies (file://) of a chart that are not in its charts/.
func Locals(files []File) []Local {
	var chart struct {
		Dependencies []struct {
			Name       string `json:"name"`
			Repository string `json:"repository"`
		} `json:"dependencies"`
	}
	held := map[string]bool{}
	var packed []string
	for _, f := range files {
		below, isBelow := strings.CutPrefix(f.Name, "charts/")
		switch {
		case f.Name == "Chart.yaml" || f.Name == "requirements.yaml":
			_ = yaml.Unmarshal(f.Data, &chart) // what is wrong with it is said where it is rendered
		case isBelow && path.Base(below) == "Chart.yaml" && strings.Count(below, "/") == 1:
			var inner struct {
				Name string `json:"name"`
			}
			if yaml.Unmarshal(f.Data, &inner) == nil {
				held[inner.Name] = true
			}
		case isBelow && !strings.Contains(below, "/") && path.Ext(below) == ".tgz":
			packed = append(packed, below)
		}
	}
	var list []Local
	for _, d := range chart.Dependencies {
		at, isLocal := strings.CutPrefix(d.Repository, "file://")
		if !isLocal || d.Name == "" || held[d.Name] || strings.ContainsAny(d.Name, `/\`) || strings.Trim(d.Name, ".") == "" {
			continue
		}
		held[d.Name] = true // an alias names the same chart
		for _, p := range packed {
			if strings.HasPrefix(p, d.Name+"-") {
				at = ""
			}
		}
		if at != "" {
			list = append(list, Local{d.Name, at})
		}
	}
	return list
}
