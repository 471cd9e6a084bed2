package conformance

import (
	"strings"
	"testing"
)

// TestRoutes compares where calls go in random meshes with VirtualServices, and routes of the
// Gateway API, of all forms: ROUTES of them from seed SEED on, and a quarter of FRESH more.
func TestRoutes(t *testing.T) {
	first, count := number(t, "SEED", fixedSeed), number(t, "ROUTES", 50)
	runOf(t, generateRouted, first, count)
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runOf(t, generateRouted, number(t, "FRESHSEED", 1)+3e6, fresh)
	}
}

// TestGatewayRoutes compares where gateways send what comes to their servers, GATEWAYS meshes from
// seed SEED on, and a quarter of FRESH more.
func TestGatewayRoutes(t *testing.T) {
	for word := range strings.FieldsSeq(gatewaySeeds) {
		t.Setenv("ONE", word)
		runOf(t, generateGateways, number(t, "ONE", 0), 1)
	}
	first, count := number(t, "SEED", fixedSeed), number(t, "GATEWAYS", 50)
	runOf(t, generateGateways, first, count)
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runOf(t, generateGateways, number(t, "FRESHSEED", 1)+4e6, fresh)
	}
}

// TestListeners compares where gateways of the Gateway API send what comes to their listeners, LISTENERS
// meshes from seed SEED on, and a quarter of FRESH more.
func TestListeners(t *testing.T) {
	for word := range strings.FieldsSeq(listenerSeeds) {
		t.Setenv("ONE", word)
		runOf(t, generateListeners, number(t, "ONE", 0), 1)
	}
	first, count := number(t, "SEED", fixedSeed), number(t, "LISTENERS", 50)
	runOf(t, generateListeners, first, count)
	if fresh := number(t, "FRESH", 0) / 4; fresh > 0 {
		runOf(t, generateListeners, number(t, "FRESHSEED", 1)+5e6, fresh)
	}
}

// listenerSeeds are those of disagreements that there were.
const listenerSeeds = "3211501143 600613 600831 911006 56914686"

// gatewaySeeds are those of disagreements that there were.
const gatewaySeeds = "40 43 58 100 233 100210 100262 100729 200284 200405 300126"

// routeSeeds are those of disagreements that there were.
const routeSeeds = "90013 12 24 40 71 86 96 103 148 203 472 500 525 5048 5049 5204 5314 100523 800055 800379 800639 800686 801396 2908552578 144217566 3507626745 910582"

// TestRouteSeeds looks at them again.
func TestRouteSeeds(t *testing.T) {
	for word := range strings.FieldsSeq(routeSeeds) {
		t.Setenv("ONE", word)
		runOf(t, generateRouted, number(t, "ONE", 0), 1)
	}
}
