//go:build deps

package main

import (
	_ "github.com/fatih/color"
	_ "github.com/invopop/jsonschema"
	_ "github.com/olekukonko/tablewriter"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/spf13/cobra"
	_ "go.yaml.in/yaml/v3"
	_ "golang.org/x/term"
	_ "golang.org/x/sync/errgroup"
	_ "google.golang.org/protobuf/reflect/protoreflect"
	_ "istio.io/api/mesh/v1alpha1"
	_ "istio.io/client-go/pkg/apis/networking/v1"
	_ "istio.io/client-go/pkg/apis/networking/v1alpha3"
	_ "istio.io/client-go/pkg/apis/security/v1"
	_ "istio.io/client-go/pkg/apis/telemetry/v1"
	_ "k8s.io/api/apps/v1"
	_ "k8s.io/apimachinery/pkg/labels"
	_ "k8s.io/cli-runtime/pkg/genericclioptions"
	_ "k8s.io/client-go/util/jsonpath"
	_ "sigs.k8s.io/gateway-api/apis/v1"
	_ "sigs.k8s.io/gateway-api/apis/v1alpha2"
	_ "sigs.k8s.io/kustomize/api/krusty"
	_ "sigs.k8s.io/yaml"
	_ "github.com/google/go-cmp/cmp"
	_ "golang.org/x/tools/txtar"
)
