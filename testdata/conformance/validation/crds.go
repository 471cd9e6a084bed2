package validation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// kinds are those that are judged.
var kinds = []string{
	"AuthorizationPolicy", "DestinationRule", "EnvoyFilter", "Gateway", "PeerAuthentication", "ProxyConfig", "RequestAuthentication",
	"ServiceEntry", "Sidecar", "Telemetry", "VirtualService", "WorkloadEntry", "WorkloadGroup",
}

// readCRDs reads the definitions that istio.io/api ships, by kind, from the module
// cache: none of them is in this repository.
func readCRDs() (map[string]*extensions.CustomResourceDefinition, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m istio.io/api: %w", err)
	}
	return readCRDsOf(strings.TrimSpace(string(dir)))
}

func readCRDsOf(dir string) (map[string]*extensions.CustomResourceDefinition, error) {
	text, err := os.ReadFile(filepath.Join(dir, "kubernetes", "customresourcedefinitions.gen.yaml"))
	if err != nil {
		return nil, err
	}
	crds := map[string]*extensions.CustomResourceDefinition{}
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 1<<16)
	for {
		crd := &extensions.CustomResourceDefinition{}
		switch err := d.Decode(crd); {
		case errors.Is(err, io.EOF):
			return crds, nil
		case err != nil:
			return nil, err
		}
		if crd.Spec.Names.Kind != "" {
			crds[crd.Spec.Names.Kind] = crd
		}
	}
}
