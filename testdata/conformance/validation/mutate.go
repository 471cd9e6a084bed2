package validation

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"

	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// texts are values for fields that hold text: what some field or other takes, and
// what none does.
var texts = []string{
	"", "a", "A", "*", "a.b", "a.b.", "*.a", "*.a.b", "a*", "*-a.b", ".", "~", "/", "a/b", "a/b/c", "*/*", "./*", "~/a.b", "shop/a", "shop/a.b", "a/*", "~a/*.b", "a..b",
	"a_b", "-a", "a-", "a b", "ä", "1", "10", "0", "-1", "99999", "10.0.0.1", "10.0.0.0/8", "10.0.0.0/99", "::1", "fe80::1%eth0", "[::1]:80", "127.0.0.1:80", ":80", "1.2.3.4:80", "unix:///a",
	"unix://@a", "unix://a", "unix:///a/", "unix://", "1s", "1ms", "1us", "0s", "-1s", "1", "1h30m", "1.5s", "1.0001s", "90m", "http", "HTTP", "tcp", "TLS", "udp", "grpc-web", "FTP", "GET", "get", "HTTPS", "https",
	"http://a", "https://a:80/b", "https://a:b", "ftp://a", "http://", "//a", "//a:99999", "https://a b", "%", "%%", "%a%", "%REQ(a)%", "%REQ([\"a\"])%", "%A(", "a%b", "%A([\"x\", \"y\"])%", "%A([x])%", "(", "[", "a(b", ".*", "\\",
	"5xx", "503", "5xx,503", "a,b", "host", "Host", ":authority", ":path", "x-a", "@request.auth.claims.a", "@request.auth.claims[a]", "@request.auth.claims", "outbound_.80_._.a.b", "outbound_a", "outbound_.x_._.1",
	"source.ip", "request.headers[a]", "request.headers", "request.headers[]", "source.namespace", "source.principal", "destination.port", "unknown.x", "request.auth.claims[a][b]", "source.trustDomain", "source.serviceAccount", "destination.labels[a]", "connection.sni",
	"/a", "/{*}", "/{**}/{*}", "/{**}", "/{a}", "/{*}/ä", "configmap://shop/a", "configmap://a/b", "configmap://a", "configmap://shop/", "STRICT", "shop", "mesh", "istio-system/gw", "gw.ns", "OK", "NOT_FOUND",
	"topology.kubernetes.io/zone", "region/*", "a/b/*", "a/b*", "envoy.filters.network.http_connection_manager", "true", "kubernetes://a", "a\tb", "a\nb", "\x01", "aGVsbG8=", "aGVsbG8", "null",
	long(63), long(64), long(253), long(256), long(63) + "." + long(63), long(321), "a." + long(64), long(63) + "/a", long(900),
}

func long(n int) string { return string(slices.Repeat([]byte{'x'}, n)) }

var numbers = []any{int64(0), int64(1), int64(-1), int64(2), int64(7), int64(80), int64(100), int64(101), int64(200), int64(302), int64(404), int64(601), int64(65535), int64(65536), int64(5000011), int64(4294967295), int64(4294967296), int64(2147483647), int64(2147483648), int64(-2147483649), 0.5, 5.0, 0.00001, 100.5, 1e30, -0.5}

// values are what a field of a schema is set to.
func values(p *extensions.JSONSchemaProps) []any {
	list := []any{nil, "a", int64(1), true, 1.5, map[string]any{}, []any{}, []any{nil}, []any{"a"}, []any{map[string]any{}}, map[string]any{"a": "b"}, map[string]any{"": ""}}
	switch p.Type {
	case "string":
		for _, t := range texts {
			list = append(list, t)
		}
		list = append(list, long(2049)) // too long for a key of JSON that is read as YAML
		for _, e := range p.Enum {
			word, _ := strconv.Unquote(string(e.Raw))
			list = append(list, word)
		}
	case "integer", "number":
		list = append(list, numbers...)
	case "boolean":
		list = append(list, false)
	case "array":
		if p.Items != nil && p.Items.Schema != nil {
			for _, v := range values(p.Items.Schema) {
				list = append(list, []any{v}, []any{v, v})
			}
			list = append(list, []any{"a", "a"}, []any{"*", "a"}, []any{"shop", "."}, []any{"a", "b"}, slices.Repeat([]any{"a"}, 17), slices.Repeat([]any{"a.b"}, 300))
		}
	case "object":
		if p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil {
			for _, v := range values(p.AdditionalProperties.Schema) {
				list = append(list, map[string]any{"a": v})
			}
			for _, t := range texts {
				for _, v := range []any{"a", int64(80), map[string]any{}} {
					list = append(list, map[string]any{t: v})
				}
			}
		}
	}
	return list
}

// change is one thing that is different in an object.
type change struct {
	way    []any // keys and list positions
	value  any
	remove bool
}

// changes are all changes of one field of an object, for all fields of the schema.
func changes(o map[string]any, p *extensions.JSONSchemaProps) []change {
	var list []change
	var walk func(v any, p *extensions.JSONSchemaProps, way []any)
	walk = func(v any, p *extensions.JSONSchemaProps, way []any) {
		if unjudged(o, way) {
			return
		}
		if len(way) > 0 {
			for _, value := range values(p) {
				list = append(list, change{way: way, value: value})
			}
			list = append(list, change{way: way, remove: true})
		}
		switch {
		case p.Items != nil && p.Items.Schema != nil:
			items, _ := v.([]any)
			for i, item := range items {
				walk(item, p.Items.Schema, append(slices.Clone(way), i))
			}
			if len(items) > 0 { // one again, and one more that is empty
				list = append(list, change{way: append(slices.Clone(way), len(items)), value: items[0]}, change{way: append(slices.Clone(way), len(items)), value: map[string]any{}})
				list = append(list, likeFirst(items, way)...)
			}
		case p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil:
			m, _ := v.(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(m)) {
				walk(m[key], p.AdditionalProperties.Schema, append(slices.Clone(way), key))
			}
		default:
			m, ok := v.(map[string]any)
			if !ok && v != nil {
				return
			}
			for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
				if below := p.Properties[name]; v != nil || len(way) < 6 {
					walk(m[name], &below, append(slices.Clone(way), name))
				}
			}
		}
	}
	walk(o["spec"], ptr(p.Properties["spec"]), []any{"spec"})
	return append(list, metaChanges()...)
}

// likeFirst adds the first item of a list again with one field changed.
func likeFirst(items []any, way []any) []change {
	first, _ := items[0].(map[string]any)
	var list []change
	for _, name := range slices.Sorted(maps.Keys(first)) {
		for _, value := range []any{"z", int64(7), "*", nil, map[string]any{"number": int64(7), "name": "z", "protocol": "HTTP"}} {
			again := runtime.DeepCopyJSON(first)
			if again[name] = value; value == nil {
				delete(again, name)
			}
			list = append(list, change{way: append(slices.Clone(way), len(items)), value: again})
		}
	}
	return list
}

// unjudged reports the values that the tool does not judge, see its documentation.
func unjudged(o map[string]any, way []any) bool {
	last := way[len(way)-1]
	switch o["kind"] {
	case "Telemetry":
		return last == "filter"
	case "RequestAuthentication":
		return last == "jwks"
	case "EnvoyFilter":
		return last == "patch"
	}
	return false
}

func ptr[T any](v T) *T { return &v }

// metaChanges are those of what is no spec.
func metaChanges() []change {
	var list []change
	for _, t := range texts {
		list = append(list, change{way: []any{"metadata", "name"}, value: t}, change{way: []any{"metadata", "namespace"}, value: t},
			change{way: []any{"metadata", "labels"}, value: map[string]any{"a": t}}, change{way: []any{"metadata", "labels"}, value: map[string]any{t: "a"}},
			change{way: []any{"metadata", "labels"}, value: map[string]any{"istio.io/use-waypoint": t}},
			change{way: []any{"metadata", "annotations"}, value: map[string]any{t: "a"}}, change{way: []any{"metadata", "annotations"}, value: map[string]any{"istio.io/dry-run": t}})
	}
	for _, name := range []string{"internal.istio.io/parents", "internal.istio.io/gateway-semantics", "internal.istio.io/route-semantics", "internal.istio.io/webhook-always-reject"} {
		list = append(list, change{way: []any{"metadata", "annotations"}, value: map[string]any{name: "gateway"}})
	}
	for _, version := range []string{"v1", "v1beta1", "v1alpha3", "v1alpha1", "v2"} {
		list = append(list, change{way: []any{"apiVersion"}, value: version})
	}
	return append(list, change{way: []any{"spec"}, remove: true}, change{way: []any{"extra"}, value: "a"}, change{way: []any{"status"}, value: map[string]any{"a": "b"}})
}

// apply makes the change in a copy of the object; parents that are missing are made.
func (c change) apply(o map[string]any) map[string]any {
	o = runtime.DeepCopyJSON(o)
	if c.way[0] == "apiVersion" {
		o["apiVersion"] = o["apiVersion"].(string)[:len(groupOf(o))+1] + c.value.(string)
		return o
	}
	set(o, c.way, c)
	return o
}

func groupOf(o map[string]any) string {
	v, _ := o["apiVersion"].(string)
	return v[:slices.Index([]byte(v), '/')]
}

// set returns v with the change made below it.
func set(v any, way []any, c change) any {
	if len(way) == 0 {
		return runtime.DeepCopyJSONValue(c.value)
	}
	switch step := way[0].(type) {
	case string:
		m, ok := v.(map[string]any)
		if !ok {
			m = map[string]any{}
		}
		if len(way) == 1 && c.remove {
			delete(m, step)
			return m
		}
		m[step] = set(m[step], way[1:], c)
		return m
	case int:
		l, _ := v.([]any)
		switch {
		case step < len(l) && len(way) == 1 && c.remove:
			return slices.Delete(l, step, step+1)
		case step < len(l):
			l[step] = set(l[step], way[1:], c)
		default:
			l = append(l, set(nil, way[1:], c))
		}
		return l
	}
	return v
}

// mixed makes some random changes one after the other, more often than not near to
// each other: that is where settings contradict each other.
func mixed(r *rand.Rand, o map[string]any, list []change) map[string]any {
	at := r.IntN(len(list))
	o = list[at].apply(o)
	for range r.IntN(4) {
		next := r.IntN(len(list))
		if r.IntN(4) > 0 { // the changes of a field stand together, and near to its neighbours'
			next = max(0, min(len(list)-1, at-600+r.IntN(1200)))
		}
		o = list[next].apply(o)
	}
	return o
}
