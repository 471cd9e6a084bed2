package render

// ExceptionList is the data of analyze --exceptions.
type ExceptionList struct {
	APIVersion string          `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string          `json:"kind" jsonschema:"enum=ExceptionList"`
	Scope      Scope           `json:"scope"`
	Items      []ExceptionItem `json:"items"`
}

// ExceptionItem is one exception of .mtlsctl.yaml.
type ExceptionItem struct {
	// Namespace and Name are patterns; Kind is "" for any.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	// Allowed is the most open mode that it is about.
	Allowed string `json:"allowed" jsonschema:"enum=PERMISSIVE,enum=DISABLE"`
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	// Until is its last day, "" for none.
	Until    string         `json:"until"`
	State    string         `json:"state" jsonschema:"enum=active,enum=exceeded,enum=not needed,enum=no port,enum=ended"`
	Position Position       `json:"position"`
	Ports    []ExceptedItem `json:"ports"`
}

// ExceptedItem is a port that an exception is about.
type ExceptedItem struct {
	Workload Ref    `json:"workload"`
	Port     int32  `json:"port"`
	Mode     string `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
}

func newExceptionList(v Exceptions) ExceptionList {
	list := ExceptionList{APIVersion: APIVersion, Kind: "ExceptionList", Scope: v.Scope.filled(), Items: []ExceptionItem{}}
	for _, e := range v.Entries {
		item := ExceptionItem{
			Namespace: e.Namespace, Name: e.Name, Kind: string(e.Kind), Allowed: e.Mode.String(), Owner: e.Owner, Reason: e.Reason,
			Until: e.LastDay(), State: string(e.State), Position: positionOf(e.At), Ports: []ExceptedItem{},
		}
		for _, p := range e.Ports {
			item.Ports = append(item.Ports, ExceptedItem{refOf(p.Workload.Ref), p.Port.Number, p.Port.Decision.Mode.String()})
		}
		list.Items = append(list.Items, item)
	}
	return list
}
