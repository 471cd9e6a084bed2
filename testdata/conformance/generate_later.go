package conformance

// decorate adds to a finished world what is drawn apart from it.
func (g *generator) decorate() {
	for _, d := range g.world {
		if d.kind() == "Deployment" && g.later.IntN(100) < 5 {
			g.fileCertificates(d)
		}
	}
}

// fileCertificates gives the proxies of a Deployment client certificates from
// files (3.3.7).
func (g *generator) fileCertificates(d document) {
	meta := d.at("spec", "template", "metadata").(map[string]any)
	annotations, ok := meta["annotations"].(map[string]any)
	if !ok {
		annotations = map[string]any{}
		meta["annotations"] = annotations
	}
	annotations["proxy.istio.io/config"] = "proxyMetadata:\n  ISTIO_META_TLS_CLIENT_CERT_CHAIN: /certs/chain.pem\n"
}
