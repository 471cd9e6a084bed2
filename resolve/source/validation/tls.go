package validation

import (
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) clientTLS(namespace string, t *networkingapi.ClientTLSSettings, at *place) {
	if t == nil {
		return
	}
	if name, ok := strings.CutPrefix(t.CredentialName, "configmap://"); ok {
		if parts := strings.Split(name, "/"); len(parts) < 2 || parts[0] != namespace || namespace == "" || parts[1] == "" {
			r.add(CauseTLS, at.child("credentialName"), "it must be configmap://namespace/name with the rule's own namespace")
		}
	}
	mutual, simple := t.Mode == networkingapi.ClientTLSSettings_MUTUAL, t.Mode == networkingapi.ClientTLSSettings_SIMPLE
	if t.GetInsecureSkipVerify().GetValue() && (mutual || simple) {
		if t.CaCertificates != "" || t.SubjectAltNames != nil || simple && t.CredentialName != "" {
			r.add(CauseTLS, at.child("insecureSkipVerify"), "with it nothing can be set to verify the server by")
		}
	}
	if (mutual || simple) && t.CredentialName != "" {
		if t.ClientCertificate != "" || t.CaCertificates != "" || t.PrivateKey != "" || t.CaCrl != "" {
			r.add(CauseTLS, at.child("credentialName"), "with it no certificate, key, CA or CRL can be set")
		}
		return
	}
	if mutual && (t.ClientCertificate == "" || t.PrivateKey == "") {
		r.add(CauseTLS, at, "MUTUAL needs clientCertificate and privateKey, or credentialName")
		r.hint("ISTIO_MUTUAL is the mode that uses Istio's certificates")
	}
}

func (r *report) serverTLS(t *networkingapi.ServerTLSSettings, at *place) {
	if t == nil {
		return
	}
	if t.Mode == networkingapi.ServerTLSSettings_ISTIO_MUTUAL {
		if t.ServerCertificate != "" || t.PrivateKey != "" || t.CaCertificates != "" || len(t.TlsCertificates) > 0 || t.CredentialName != "" || len(t.CredentialNames) > 0 {
			r.add(CauseTLS, at, "ISTIO_MUTUAL uses the workload's own certificate, no other can be set")
		}
		return
	}
	sources := 0
	for _, is := range []bool{t.ServerCertificate != "" && t.PrivateKey != "", t.CredentialName != "", len(t.CredentialNames) > 0, len(t.TlsCertificates) > 0} {
		if is {
			sources++
		}
	}
	if sources > 1 {
		r.add(CauseTLS, at, "only one of credentialName, credentialNames, serverCertificate with privateKey, tlsCertificates can be set")
	}
	switch t.Mode {
	case networkingapi.ServerTLSSettings_SIMPLE, networkingapi.ServerTLSSettings_MUTUAL, networkingapi.ServerTLSSettings_OPTIONAL_MUTUAL:
		if t.CredentialName != "" || len(t.CredentialNames) > 0 {
			return
		}
		r.serverFiles(t, at)
	}
	if t.CaCrl != "" && (t.CredentialName != "" || t.Mode == networkingapi.ServerTLSSettings_SIMPLE) {
		r.add(CauseTLS, at.child("caCrl"), "it is supported with MUTUAL and without credentialName only")
	}
}

// serverFiles checks certificates that are files of the proxy.
func (r *report) serverFiles(t *networkingapi.ServerTLSSettings, at *place) {
	if t.Mode != networkingapi.ServerTLSSettings_SIMPLE && t.CaCertificates == "" {
		r.add(CauseTLS, at, t.Mode.String()+" needs caCertificates, or credentialName")
	}
	if len(t.TlsCertificates) == 0 && (t.ServerCertificate == "" || t.PrivateKey == "") {
		r.add(CauseTLS, at, t.Mode.String()+" needs serverCertificate and privateKey, or credentialName")
	}
	for i, c := range t.TlsCertificates {
		if c.GetServerCertificate() == "" || c.GetPrivateKey() == "" {
			r.add(CauseTLS, at.child("tlsCertificates").at(i), "serverCertificate and privateKey are required")
		}
	}
}
