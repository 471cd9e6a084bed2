package diagnose

// kubernetes are symptoms that Kubernetes and Prometheus show.
var kubernetes = []*Symptom{
	{
		Name: "probe-failed", Title: "A probe of the kubelet fails", Bearing: Depends,
		Means: "The kubelet has no mesh certificate: a probe that is not rewritten to the agent is plaintext, and a STRICT port resets it.",
		Not:   "A TCP probe does not fail at a STRICT port: the sidecar accepts the connection.",
		Lines: []Line{{Log: eventLog, Example: `Readiness probe failed: Get "http://10.0.0.8:8080/healthz": read tcp 10.0.0.1:40010->10.0.0.8:8080: read: connection reset by peer`,
			Words: [][]string{{"probe failed"}, {"probe errored"}}}},
		Suspects: []*Suspect{probeRefused, notListening, appCrashed}, See: []string{"MTLS0403", "2.18"},
	},
	{
		Name: "webhook-failed", Title: "kube-apiserver cannot call a webhook", Bearing: Depends,
		Means: "kube-apiserver has no mesh certificate: the server of a webhook behind a STRICT port is never reached.",
		Not:   "The object that was applied has no part in it.",
		Lines: []Line{{Log: "answer of kube-apiserver", Example: `Internal error occurred: failed calling webhook "guard.shop.example": failed to call webhook: Post "https://guard.shop.svc:443/validate?timeout=10s": EOF`,
			Words: [][]string{{"failed calling webhook", "!x509"}, {"failed to call webhook", "!x509"}, {"conversion webhook for", "failed", "!x509"}}}},
		Suspects: []*Suspect{webhookRefused, noEndpoints, notListening}, See: []string{"MTLS0405"},
	},
	{
		Name: "webhook-certificate", Title: "kube-apiserver does not trust the certificate of a webhook", Bearing: OfMTLS,
		Means: "The call reached a TLS server whose certificate the caBundle of the webhook does not verify: an old caBundle, or a sidecar that answered with the mesh's certificate.",
		Not:   "It is not the mode of the port.",
		Lines: []Line{{Log: "answer of kube-apiserver", Example: `failed calling webhook "guard.shop.example": failed to call webhook: Post "https://guard.shop.svc:443/validate?timeout=10s": x509: certificate signed by unknown authority`,
			Words: [][]string{{"failed calling webhook", "x509"}, {"failed to call webhook", "x509"}}}},
		Suspects: []*Suspect{webhookRefused, caBundleOld}, See: []string{"MTLS0405"},
	},
	{
		Name: "apiservice-unavailable", Title: "kube-apiserver cannot reach the server of an APIService", Bearing: Depends,
		Means: "kube-apiserver has no mesh certificate: a server behind a STRICT port is never reached, and its API is gone.",
		Not:   "RBAC of Kubernetes has no part in it.",
		Lines: []Line{{Log: "status of an APIService", Example: `FailedDiscoveryCheck: failing or missing response from https://10.0.0.8:6443/apis/metrics.k8s.io/v1beta1: Get "https://10.0.0.8:6443/apis/metrics.k8s.io/v1beta1": EOF`,
			Words: [][]string{{"faileddiscoverycheck"}, {"failing or missing response from"}, {"the server is currently unable to handle the request"}}}},
		Suspects: []*Suspect{apiServiceRefused, noEndpoints}, See: []string{"MTLS0406"},
	},
	{
		Name: "scrape-failed", Title: "Prometheus cannot scrape a target", Bearing: Depends,
		Means: "Prometheus calls pods by their addresses: in plaintext, which a STRICT port resets, or with Istio's certificates, which work at STRICT ports only.",
		Not:   "The application did not see the scrape.",
		Lines: []Line{{Log: "targets of Prometheus", Example: `scrape failed: Get "http://10.0.0.8:9090/metrics": read tcp 10.0.0.50:40010->10.0.0.8:9090: read: connection reset by peer`,
			Words: [][]string{{"scrape failed"}, {"scrape", "connection reset by peer"}, {"metrics", "server gave http response to https client"}, {"metrics", "connection reset by peer"}, {"error scraping target"}}}},
		Suspects: []*Suspect{scrapeRefused, notListening}, See: []string{"MTLS0404"},
	},
	{
		Name: "cni-validation-failed", Title: "The pod started before its traffic rules were set up", Bearing: OfMTLS,
		Means: "istio-validation stopped the pod: without the rules of istio-cni nothing would be captured, and everything would be plaintext.",
		Not:   "Policies and rules have no part in it.",
		Lines: []Line{{Log: "log of istio-validation", Example: `iptables validation failed; workload is not ready for Istio. When using Istio CNI, this can occur if a pod is scheduled before the node is ready`,
			Words: [][]string{{"iptables validation failed"}, {"workload is not ready for istio"}}}},
		Suspects: []*Suspect{notIntercepted, cniRace}, See: []string{"MTLS0307"},
	},
}

// controlPlane are symptoms between the agents and istiod.
var controlPlane = []*Symptom{
	{
		Name: "push-rejected", Title: "Envoy rejected what istiod sent, and keeps the configuration before it", Bearing: OfMTLS,
		Means: "The proxy answers with a NACK: a port that policies make STRICT stays as it was.",
		Not:   "What describe shows of this pod is what istiod wants, not what runs.",
		Lines: []Line{{Log: istiodLog, Example: `ADS:LDS: ACK ERROR pay-6d9-y.shop-12 Internal:Error adding/updating listener(s) virtualInbound: filter chain 'x' has the same matching rules defined as '0.0.0.0_8080'`,
			Words: [][]string{{"ack error"}, {"error adding updating listener"}, {"error adding updating cluster"}, {"update rejected"}}}},
		Suspects: []*Suspect{envoyFilter, rejectedPush}, See: []string{"MTLS0308", "MTLS0603"},
	},
	{
		Name: "certificate-not-issued", Title: "The agent got no certificate from istiod", Bearing: OfMTLS,
		Means: "Without a certificate the proxy can neither send nor accept mTLS: calls fail with \"Secret is not supplied by SDS\".",
		Not:   "Policies and rules have no part in it.",
		Lines: []Line{{Log: proxyLog, Example: `warn sds failed to warm certificate: failed to generate workload certificate: create certificate: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.1.0.2:15012: i/o timeout"`,
			Words: [][]string{{"failed to warm certificate"}, {"ca request failed"}, {"failed to generate workload certificate"}, {"failed to sign csr"}}}},
		Suspects: []*Suspect{istiodBlocked, disconnected, tokenRefused, oldRootConfigMap, clockOff}, See: []string{"MTLS0608"},
	},
	{
		Name: "proxy-not-ready", Title: "The proxy has no configuration from istiod", Bearing: Depends,
		Means: "The pod stays not ready, and calls to it end with UH. What was configured last still holds for proxies that run already.",
		Not:   "It is not a handshake between workloads.",
		Lines: []Line{{Log: proxyLog, Example: `Envoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected`,
			Words: [][]string{{"envoy proxy is not ready"}, {"config not received from xds server"}, {"config not fully received from xds server"}}}},
		Suspects: []*Suspect{istiodBlocked, envoyFilter, rejectedPush, disconnected}, See: []string{"MTLS0604"},
	},
	{
		Name: "handshake-refused-by-caller", Title: "A TLS server reports that its caller refused the certificate", Bearing: OfMTLS,
		Means: "A Go server (istiod, a webhook) logs that the other side does not trust its certificate.",
		Not:   "The mode of the port has no part in it: the handshake reached the application.",
		Lines: []Line{{Log: istiodLog, Example: `http: TLS handshake error from 10.0.0.1:40010: remote error: tls: bad certificate`,
			Words: [][]string{{"tls handshake error from", "bad certificate"}, {"tls handshake error from", "unknown certificate"}, {"tls handshake error from", "unknown certificate authority"}}}},
		Suspects: []*Suspect{caBundleOld, oldRootConfigMap}, See: nil,
	},
}
