package validation

import telemetryapi "istio.io/api/telemetry/v1alpha1"

func (r *report) telemetry(_ Meta, t *telemetryapi.Telemetry) {
	at := r.spec()
	r.attached(t.Selector, t.TargetRef, t.TargetRefs, at)
	for i, m := range t.Metrics {
		at := at.child("metrics").at(i)
		r.providers(m.Providers, at)
		for j, o := range m.Overrides {
			r.metricOverride(o, at.child("overrides").at(j))
		}
	}
	for i, c := range t.Tracing {
		r.tracing(c, at.child("tracing").at(i))
	}
	for i, l := range t.AccessLogging {
		r.providers(l.Providers, at.child("accessLogging").at(i))
	}
}

func (r *report) providers(list []*telemetryapi.ProviderRef, at *place) {
	for i, p := range list {
		if p.GetName() == "" {
			r.add(CauseRequired, at.child("providers").at(i), "name is required")
		}
	}
}

func (r *report) metricOverride(o *telemetryapi.MetricsOverrides, at *place) {
	for name, tag := range o.TagOverrides {
		upsert := tag.Operation == telemetryapi.MetricsOverrides_TagOverride_UPSERT
		if upsert == (tag.Value == "") {
			r.add(CauseRequired, at.child("tagOverrides").child(name), "UPSERT needs a value, and no other operation has one")
		}
	}
	if m, ok := o.GetMatch().GetMetricMatch().(*telemetryapi.MetricSelector_CustomMetric); ok && m.CustomMetric == "" {
		r.add(CauseEmpty, at.child("match").child("customMetric"), "it is empty")
	}
}

func (r *report) tracing(t *telemetryapi.Tracing, at *place) {
	r.providers(t.Providers, at)
	if p := t.RandomSamplingPercentage.GetValue(); p < 0 || p > 100 {
		r.add(CauseValue, at.child("randomSamplingPercentage"), "it must be from 0 to 100")
	}
	for name, tag := range t.CustomTags {
		empty := false
		switch v := tag.Type.(type) {
		case *telemetryapi.Tracing_CustomTag_Literal:
			empty = v.Literal.GetValue() == ""
		case *telemetryapi.Tracing_CustomTag_Header:
			empty = v.Header.GetName() == ""
		case *telemetryapi.Tracing_CustomTag_Environment:
			empty = v.Environment.GetName() == ""
		}
		if name == "" || empty {
			r.add(CauseEmpty, at.child("customTags").child(name), "a tag needs a name, and its value one too")
		}
	}
}
