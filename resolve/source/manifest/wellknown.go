package manifest

import (
	"encoding/json"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
)

// wellKnown is for google.protobuf types: durations, wrappers, structs.
func (d *decoder) wellKnown(n *yaml.Node, m protoreflect.Message) {
	if p, ok := m.Interface().(*durationpb.Duration); ok {
		d.duration(n, p)
		return
	}
	b, err := json.Marshal(d.plain(n))
	if err == nil {
		err = protojson.Unmarshal(b, m.Interface())
	}
	if err != nil {
		d.refuse(n, fmt.Sprintf("%s is no %s", d.describe(n), m.Descriptor().Name()), "")
	}
}

// duration reads what Istio takes for a duration, which is what Go does: 1m30s,
// 100ms, while protobuf's own JSON has seconds only.
func (d *decoder) duration(n *yaml.Node, p *durationpb.Duration) {
	t, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || n.Tag != "!!str" {
		d.refuse(n, d.describeSwitch(n)+" is no duration", "write it with its unit, for example 30s or 1m")
		return
	}
	p.Seconds, p.Nanos = int64(t/time.Second), int32(t%time.Second)
}
