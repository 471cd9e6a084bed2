package source_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

func TestAnUnknownFieldSaysWhetherItBears(t *testing.T) {
	t.Parallel()
	head := "apiVersion: networking.istio.io/v1\nmetadata: {name: a}\n"
	for text, harmless := range map[string]bool{
		"kind: VirtualService\nspec: {hosts: [a], http: [{websocketUpgrade: true, route: [{destination: {host: a}}]}]}": true,
		"kind: VirtualService\nspec: {hosts: [a], http: [{appendHeaders: {a: b}, route: [{destination: {host: a}}]}]}":  true,
		"kind: VirtualService\nspec: {hosts: [a], http: [{mirrorz: [], route: [{destination: {host: a}}]}]}":            false,
		"kind: VirtualService\nspec: {hosts: [a], gateway: [b], http: [{route: [{destination: {host: a}}]}]}":           false,
		"kind: DestinationRule\nspec: {host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, new: 1}}}":               true,
		"kind: DestinationRule\nspec: {host: a, trafficPolicy: {loadBalancer: {simple: RANDOM}, TLS: {mode: DISABLE}}}": false,
		"kind: DestinationRule\nspec: {host: a, trafficPolicy: {tls: {mode: DISABLE, new: 1}}}":                         false,
		"kind: ServiceEntry\nspecs: {}\nspec: {hosts: [a], ports: [{number: 80, name: a}]}":                             false,
	} {
		in, err := source.Read(context.Background(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(head + text + "\n")})
		if err != nil {
			t.Fatal(err)
		}
		if len(in.Problems) != 1 || in.Problems[0].Harmless != harmless || len(in.Objects) != 1 {
			t.Errorf("%s: got %+v", text, in.Problems)
		}
	}
}
