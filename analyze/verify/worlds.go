package verify

import (
	"fmt"
	"strings"
)

// World is the mesh beside which the examples of the checks are dumps: a server in STRICT, and an
// istiod.
const World = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: pay-1, namespace: shop, labels: {app: pay, security.istio.io/tlsMode: istio}, annotations: {sidecar.istio.io/status: '{}'}}
spec:
  nodeName: one
  containers: [{name: pay, ports: [{containerPort: 8080}]}, {name: istio-proxy, args: [proxy, sidecar]}]
status: {phase: Running, podIP: 10.0.0.7, podIPs: [{ip: 10.0.0.7}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: Pod
metadata: {name: istiod-1, namespace: istio-system, labels: {app: istiod}}
spec: {nodeName: one, containers: [{name: discovery}]}
status: {phase: Running, podIP: 10.0.0.2}
`

// AmbientWorld is World with the pod in ambient mode.
const AmbientWorld = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: pay-1, namespace: shop, labels: {app: pay}, annotations: {ambient.istio.io/redirection: enabled}}
spec:
  nodeName: one
  containers: [{name: pay, ports: [{containerPort: 8080}]}]
status: {phase: Running, podIP: 10.0.0.7, podIPs: [{ip: 10.0.0.7}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`

// The texts of the examples are dumps as YAML, shortened to what is read.
const (
	bootstrap = `- bootstrap:
    node:
      id: sidecar~10.0.0.7~pay-1.shop~shop.svc.cluster.local
      metadata: {NAME: pay-1, NAMESPACE: shop, ISTIO_VERSION: 1.31.0}
`
	downstream = "'@type': type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
	upstream   = "'@type': type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
	rejection  = "    error_state: {details: 'Error adding listener virtualInbound: unable to parse filter'}\n"

	meshSocket = `transport_socket:
        typed_config:
          ` + upstream + `
          common_tls_context: {tls_certificate_sds_secret_configs: [{name: default}]}
`
	warming = `- dynamic_warming_secrets:
  - name: default
`
)

var (
	plainChain    = "        - name: virtualInbound\n"
	meshChain     = tlsChain("TLSv1_2", "cluster.local")
	oldTLS        = tlsChain("TLSv1_0", "cluster.local")
	foreignDomain = tlsChain("TLSv1_2", "old.domain")
)

// tlsChain is a filter chain with Istio mTLS.
func tlsChain(version, domain string) string {
	return fmt.Sprintf(`        - name: virtualInbound
          filter_chain_match: {transport_protocol: tls}
          transport_socket:
            typed_config:
              %s
              require_client_certificate: true
              common_tls_context:
                tls_params: {tls_minimum_protocol_version: %s}
                tls_certificate_sds_secret_configs: [{name: default}]
                combined_validation_context:
                  default_validation_context: {match_subject_alt_names: [{prefix: spiffe://%s/}]}
`, downstream, version, domain)
}

func inboundListener(failed, chains string) string {
	return `- dynamic_listeners:
  - name: virtualInbound
` + failed + `    active_state:
      listener:
        name: virtualInbound
        traffic_direction: INBOUND
        address: {socket_address: {address: 0.0.0.0, port_value: 15006}}
        filter_chains:
` + chains
}

// outboundCluster is the cluster of the one Service; its endpoint has a sidecar.
func outboundCluster(socket string) string {
	return `- dynamic_active_clusters:
  - cluster:
      name: outbound|80||pay.shop.svc.cluster.local
      type: EDS
      ` + strings.TrimRight(socket, " ") + `
- dynamic_endpoint_configs:
  - endpoint_config:
      cluster_name: outbound|80||pay.shop.svc.cluster.local
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.0.7, port_value: 8080}}}
          metadata: {filter_metadata: {envoy.transport_socket_match: {tlsMode: istio}}}
`
}

// dumpOf is a dump of parts.
func dumpOf(parts ...string) string { return "configs:\n" + bootstrap + strings.Join(parts, "") }

// connected is istiod's list of one proxy.
func connected(proxy string) string {
	return fmt.Sprintf(`[{"proxy": %q, "istio_version": "1.31.0", "resources": {"LDS": {"sent": "5", "acked": "5"}}}]
`, proxy)
}

// certificate is what Envoy's /certs prints.
func certificate(domain string, until int) string {
	return fmt.Sprintf(`{"certificates": [{"cert_chain": [{
  "subject_alt_names": [{"uri": "spiffe://%s/ns/shop/sa/default"}],
  "valid_from": "2019-12-31T00:00:00Z", "expiration_time": "%d-01-01T00:00:00Z"}]}]}
`, domain, until)
}

// counters are what a proxy counted.
func counters(policy string) string {
	return `# TYPE istio_requests_total counter
istio_requests_total{reporter="destination",destination_service="pay.shop.svc.cluster.local",connection_security_policy="` + policy + `"} 7
`
}

// ztunnelDump is of the ztunnel that has the pod.
func ztunnelDump(protocol, policy string) string {
	return fmt.Sprintf(`{"workloads": [{"name": "pay-1", "namespace": "shop", "workloadIps": ["10.0.0.7"], "protocol": %q, "node": "one",
  "authorizationPolicies": ["istio-system/istio_converted_static_strict"]}],
 "policies": [{"name": %q, "namespace": "istio-system", "action": "Deny", "scope": "WorkloadSelector",
  "rules": [[[{"notPrincipals": [{"Presence": {}}]}]]]}],
 "certificates": []}
`, protocol, policy)
}

// secrets are the proxy's own certificate and a root.
func secrets(root string) string {
	return `- dynamic_active_secrets:
  - name: default
    secret: {tls_certificate: {certificate_chain: {inline_string: "` + leaf + `"}}}
  - name: ROOTCA
    secret: {validation_context: {trusted_ca: {inline_string: "` + root + `"}}}
`
}

// Certificates that were made for the examples.
const (
	itsRoot = `-----BEGIN CERTIFICATE-----\nMIIBGTCBzKADAgECAggY7JE7KAREETAFBgMrZXAwETEPMA0GA1UEAxMGcm9vdCBB\n\
      MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowETEPMA0GA1UEAxMGcm9v\n\
      dCBBMCowBQYDK2VwAyEAGMiyj8hXNBLo2qTdgz9Hbi5Ub89iv4CgZrcd3xC5MUCj\n\
      QjBAMA4GA1UdDwEB/wQEAwICBDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQa\n\
      OalugBPAWQckbp+ZfiPQxt0FHjAFBgMrZXADQQA+C5c2G9kyKrDk1/WuOT05sKLJ\n\
      Rn8ua3N7WdnisivqG/VLZNzcCrO2I1sGg5XchrIcxIw4kOBtlV+rjlu7zcQI\n-----END CERTIFICATE-----\n`
	otherRoot = `-----BEGIN CERTIFICATE-----\nMIIBGTCBzKADAgECAggY7JE7KAu+8DAFBgMrZXAwETEPMA0GA1UEAxMGcm9vdCBC\n\
      MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowETEPMA0GA1UEAxMGcm9v\n\
      dCBCMCowBQYDK2VwAyEAKXCetZZi2yQ0llxu4vklcGDJSRmnotOGZaQtEcXPxQmj\n\
      QjBAMA4GA1UdDwEB/wQEAwICBDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQ7\n\
      k3GAL5inKYw/CbZn6Jo6OMwCbzAFBgMrZXADQQBLoej9UV8ojziKgXXhpziIi6D/\n\
      HELzR6KaJylDUtNoxj81G+hhMYe5I78+2N+CY9T+KeOyIR7LoLnRLcIDnvkK\n-----END CERTIFICATE-----\n`
	leaf = `-----BEGIN CERTIFICATE-----\nMIIBMDCB46ADAgECAggY7JE7KA2EvDAFBgMrZXAwETEPMA0GA1UEAxMGcm9vdCBB\n\
      MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowADAqMAUGAytlcAMhAK2u\n\
      KLRUdBZKSJ+Xs7a/bzJhsDlTEcxJccR02KVCN8BXo2owaDAMBgNVHRMBAf8EAjAA\n\
      MB8GA1UdIwQYMBaAFBo5qW6AE8BZByRun5l+I9DG3QUeMDcGA1UdEQEB/wQtMCuG\n\
      KXNwaWZmZTovL2NsdXN0ZXIubG9jYWwvbnMvc2hvcC9zYS9kZWZhdWx0MAUGAytl\n\
      cANBAIF6Frr3xS+jsCX7porEy3UKT6XFmy6GLXvzcHLiaycZzml7ZEmirutCZqDu\n\
      vzfXQo9BIoFIpwRnssj/T5F8NwQ=\n-----END CERTIFICATE-----\n`
)
